// SPDX-License-Identifier: EUPL-1.2
// Preloaded into a resolver by bench/run: counts its signature verifications and the processor time they take, so that
// what is left of a cold query can be compared between resolvers that all use the same arithmetic. The figures go to
// the file named by RW_SIGNATURE_CLOCK: two 64-bit numbers, verifications and nanoseconds, both of all threads.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace
{

struct Totals {
    std::atomic<std::uint64_t> verifications;
    std::atomic<std::uint64_t> nanoseconds;
};

Totals* open_totals()
{
    static Totals unseen{};
    const char* file = std::getenv("RW_SIGNATURE_CLOCK");
    const int fd = file == nullptr ? -1 : ::open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ::ftruncate(fd, sizeof(Totals)) != 0)
        return &unseen;
    void* page = ::mmap(nullptr, sizeof(Totals), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    return page == MAP_FAILED ? &unseen : static_cast<Totals*>(page);
}

std::uint64_t thread_time()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

/// Times the outermost verification only: libraries call each other.
class Stopwatch
{
 public:
    Stopwatch() : began_(depth_++ == 0 ? thread_time() : 0) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch()
    {
        if (--depth_ > 0)
            return;
        static Totals* const totals = open_totals();
        totals->verifications.fetch_add(1, std::memory_order_relaxed);
        totals->nanoseconds.fetch_add(thread_time() - began_, std::memory_order_relaxed);
    }

 private:
    static inline thread_local int depth_ = 0;
    std::uint64_t began_;
};

template <class Function>
Function next(const char* name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// The verifying functions that Debian's resolvers and rootward call. Only pointers and lengths pass through.
extern "C" {

int EVP_DigestVerify(void* context, const unsigned char* signature, std::size_t signature_size,
                     const unsigned char* data, std::size_t size)
{
    static const auto real = next<decltype(&EVP_DigestVerify)>("EVP_DigestVerify");
    const Stopwatch stopwatch;
    return real(context, signature, signature_size, data, size);
}

int EVP_DigestVerifyFinal(void* context, const unsigned char* signature, std::size_t size)
{
    static const auto real = next<decltype(&EVP_DigestVerifyFinal)>("EVP_DigestVerifyFinal");
    const Stopwatch stopwatch;
    return real(context, signature, size);
}

int EVP_VerifyFinal(void* context, const unsigned char* signature, unsigned size, void* key)
{
    static const auto real = next<decltype(&EVP_VerifyFinal)>("EVP_VerifyFinal");
    const Stopwatch stopwatch;
    return real(context, signature, size, key);
}

int EVP_PKEY_verify(void* context, const unsigned char* signature, std::size_t signature_size,
                    const unsigned char* digest, std::size_t size)
{
    static const auto real = next<decltype(&EVP_PKEY_verify)>("EVP_PKEY_verify");
    const Stopwatch stopwatch;
    return real(context, signature, signature_size, digest, size);
}

int ECDSA_do_verify(const unsigned char* digest, int size, const void* signature, void* key)
{
    static const auto real = next<decltype(&ECDSA_do_verify)>("ECDSA_do_verify");
    const Stopwatch stopwatch;
    return real(digest, size, signature, key);
}

int RSA_verify(int type, const unsigned char* digest, unsigned size, const unsigned char* signature,
               unsigned signature_size, void* key)
{
    static const auto real = next<decltype(&RSA_verify)>("RSA_verify");
    const Stopwatch stopwatch;
    return real(type, digest, size, signature, signature_size, key);
}

int gnutls_pubkey_verify_data2(void* key, int algorithm, unsigned flags, const void* data, const void* signature)
{
    static const auto real = next<decltype(&gnutls_pubkey_verify_data2)>("gnutls_pubkey_verify_data2");
    const Stopwatch stopwatch;
    return real(key, algorithm, flags, data, signature);
}
}
