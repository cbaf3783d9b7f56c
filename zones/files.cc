// SPDX-License-Identifier: EUPL-1.2
// What every kind of Files shares: paths, replacing a file in one step, making folders. The real file system is in
// posix_files.cc.
#include "zones/files.h"

#include <fmt/format.h>

namespace rw::zones
{

std::string folder_of(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos)
        return ".";
    return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string path_below(const std::string& folder, const std::string& name)
{
    return folder.empty() ? name : fmt::format("{}/{}", folder, name);
}

Result<void> replace_file(Files& files, const std::string& path, Octets octets, unsigned mode)
{
    const std::string fresh = path + ".tmp";
    if (Result<void> done = files.write(fresh, octets, mode); !done)
        return done;
    if (Result<void> done = files.sync_file(fresh); !done)
        return done;
    return files.rename(fresh, path);
}

Result<void> replace_file_durably(Files& files, const std::string& path, Octets octets, unsigned mode)
{
    if (Result<void> done = replace_file(files, path, octets, mode); !done)
        return done;
    return files.sync_folder(folder_of(path));
}

Result<void> make_folders(Files& files, const std::string& base, std::string_view below)
{
    std::string path = base;
    while (!below.empty()) {
        const std::size_t slash = below.find('/');
        const std::string parent = path;
        path += '/';
        path += below.substr(0, slash);
        below = slash == std::string_view::npos ? std::string_view() : below.substr(slash + 1);
        if (files.exists(path))
            continue;
        if (Result<void> done = files.make_folder(path); !done)
            return done;
        if (Result<void> done = files.sync_folder(parent); !done)
            return done;
    }
    return {};
}

}  // namespace rw::zones
