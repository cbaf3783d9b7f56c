// SPDX-License-Identifier: EUPL-1.2
// Closing a descriptor.
#include "resolver/io/file_descriptor.h"

#include <unistd.h>

namespace rw::io
{

FileDescriptor::~FileDescriptor()
{
    if (valid())
        ::close(number_);
}

}  // namespace rw::io
