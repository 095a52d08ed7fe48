// Only in builds with AddressSanitizer: libraries stay loaded to the end, so that a leak of a graphics driver can be told
// by the driver's name (lsan.supp) when the process reports its leaks.
#include <dlfcn.h>

extern "C" int dlclose(void*) noexcept {
  return 0;
}
