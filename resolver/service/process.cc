// SPDX-License-Identifier: EUPL-1.2
// Limits and privileges.
#include "resolver/service/process.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "resolver/base/log.h"

namespace rw::service
{

namespace
{

/// Upstream queries a worker has outstanding when things are bad, each with a descriptor of its own; and its share of
/// connections to name servers (upstream::max_connections).
constexpr rlim_t descriptors_of_a_worker = 4096;
constexpr rlim_t descriptors_beside = 256;  // listeners, control, status, files
/// More than this is never asked for: some systems have a hard limit of a billion, and closing them all takes time.
constexpr rlim_t highest_descriptor_limit = rlim_t{1} << 20U;

/// What the control groups leave this process, its own and those around it: systemd's MemoryMax= stands in the unit's.
std::uint64_t memory_of_groups()
{
    static const std::filesystem::path root("/sys/fs/cgroup");
    std::uint64_t limit = UINT64_MAX;
    const auto take = [&](const std::filesystem::path& group) {
        std::ifstream file(group / "memory.max");
        std::uint64_t value = 0;
        if (file >> value)  // "max" is no number: no limit
            limit = std::min(limit, value);
    };
    take(root);  // a container's own group looks like the root of all
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        if (!line.starts_with("0::/"))
            continue;
        std::filesystem::path group = root;
        for (const auto& part : std::filesystem::path(line.substr(4)))
            take(group /= part);
    }
    return limit;
}

std::string reason(int error)
{
    return std::strerror(error);
}

}  // namespace

std::uint64_t memory_limit()
{
    struct sysinfo host{};
    std::uint64_t limit = ::sysinfo(&host) == 0 ? std::uint64_t{host.totalram} * host.mem_unit : UINT64_MAX;
    limit = std::min(limit, memory_of_groups());
    rlimit space{};
    if (::getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY)
        limit = std::min<std::uint64_t>(limit, space.rlim_cur);
    return limit;
}

namespace
{

struct Account {
    uid_t user;
    gid_t group;
};

Result<Account> account_of(const std::string& user)
{
    std::array<char, 16384> room{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(user.c_str(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return failed(fmt::format("there is no user {} (`user`); make one with `adduser --system {}`", user, user));
    return Account{found->pw_uid, found->pw_gid};
}

constexpr std::uint64_t bit(int capability)
{
    return std::uint64_t{1} << static_cast<unsigned>(capability);
}

/// Of this thread and those that it starts. What the process never had is not asked for.
void keep_capabilities(std::uint64_t wanted)
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0)
        return;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const auto part = static_cast<std::uint32_t>(wanted >> (32 * i));
        sets[i] = {sets[i].effective & part, sets[i].permitted & part, 0};
    }
    ::syscall(SYS_capset, &header, sets.data());
}

}  // namespace

void raise_descriptor_limit(const config::Settings& settings)
{
    const rlim_t needed = settings.tcp.connections + settings.workers * descriptors_of_a_worker + descriptors_beside;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = std::min(limit.rlim_max, std::max(highest_descriptor_limit, limit.rlim_cur));
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < needed)
        log(LogLevel::warning,
            "only {} descriptors may be open, {} may be needed: under load clients' connections wait and queries fail; "
            "raise LimitNOFILE (`ulimit -Hn`) or lower tcp.connections",
            limit.rlim_cur, needed);
}

Result<gid_t> group_of(const std::string& name)
{
    std::array<char, 65536> room{};  // a group's members are listed in it
    group entry{};
    group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return failed(
            fmt::format("there is no group {} on this machine; make one with `addgroup --system {}`", name, name));
    return found->gr_gid;
}

Result<control::SocketOwner> socket_owner(const config::Settings& settings)
{
    control::SocketOwner owner;
    if (settings.user) {
        const auto account = account_of(*settings.user);
        if (!account)
            return std::unexpected(account.error());
        owner = {account->user, account->group};
    }
    if (settings.control.group) {
        const auto group = group_of(*settings.control.group);
        if (!group)
            return failed("control.group: " + group.error().message);
        owner.group = *group;
    }
    return owner;
}

void give_up_root(Stage stage)
{
    if (::geteuid() != 0)
        return;
    constexpr std::uint64_t files = bit(CAP_DAC_OVERRIDE) | bit(CAP_FOWNER);
    constexpr std::uint64_t opening = files | bit(CAP_NET_BIND_SERVICE) | bit(CAP_CHOWN) | bit(CAP_SYS_RESOURCE);
    keep_capabilities(stage == Stage::start ? opening : files);
    if (stage == Stage::running)
        log(LogLevel::warning,
            "running as root, because `user` is not set: whoever takes over this process may read and write every "
            "file; all other privileges of root were given up. Set `user`");
}

Result<void> drop_privileges(const std::optional<std::string>& user)
{
    // No program that is started later, and no mistake, gains what was given up.
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!user) {
        give_up_root(Stage::running);
        return {};
    }
    const auto account = account_of(*user);
    if (!account)
        return std::unexpected(account.error());
    if (account->user == ::geteuid())
        return {};
    if (::setgroups(0, nullptr) != 0 || ::setgid(account->group) != 0 || ::setuid(account->user) != 0)
        return failed(
            fmt::format("cannot become user {}: {}; start as root, or start as that user and leave `user` out", *user,
                        reason(errno)));
    if (account->user != 0 && ::setuid(0) == 0)
        return failed(fmt::format("became user {}, but could become root again; is the user's id 0?", *user));
    return {};
}

}  // namespace rw::service
