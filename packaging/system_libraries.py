"""Makes sure of the shared libraries that Qt loads from a Linux system.

    python3 packaging/system_libraries.py window   # exit code 1: no window can be shown here
    python3 packaging/system_libraries.py tests    # what drawing without a screen needs
    python3 packaging/system_libraries.py screen   # and what tests on a virtual screen need
    python3 packaging/system_libraries.py package  # what goes into packages, and what makes them

Runs without our environment: standard library only.
"""

import ctypes
import os
import shutil
import sys
from pathlib import Path

from system_packages import install

DRAWING = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlidec.so.1": "libbrotli1",
    "libzstd.so.1": "libzstd1",
}
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
SCREEN = {
    "xvfb-run": "xvfb",
    "xauth": "xauth",
    "openbox": "openbox",
    "trayer": "trayer",
    "xdotool": "xdotool",
    "dbus-run-session": "dbus",
    "gdbus": "libglib2.0-bin",
}

PACKAGE = {
    "glslc": "glslc",
    "ninja": "ninja-build",
    "objdump": "binutils",
}
VULKAN = {
    "/usr/include/spirv": "spirv-headers",
    "/usr/include/vulkan": "libvulkan-dev",
}


def main(purpose: str) -> int:
    if sys.platform != "linux":
        return 0
    has_x11, has_wayland = (os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if purpose == "window" and not (has_x11 or has_wayland):
        print("There is no display here, so Puna runs without windows.")
        return 1
    wanted = dict(DRAWING)
    if purpose == "window":
        wanted |= X11 if has_x11 else {}
        wanted |= WAYLAND if has_wayland else {}
    if purpose in ("screen", "package"):
        wanted |= X11
    missing = [package for library, package in wanted.items() if not _loads(library)]
    tools = {"screen": SCREEN, "package": PACKAGE}.get(purpose, {})
    missing += [package for tool, package in tools.items() if not shutil.which(tool)]
    if purpose == "package":
        missing += [package for place, package in VULKAN.items() if not Path(place).is_dir()]
    if not any(Path(folder).is_dir() for folder in ("/usr/share/fonts", "/usr/local/share/fonts")):
        missing.append("fonts-dejavu-core")
    if missing and not install(missing, "system libraries for its windows"):
        print("Until then Puna runs without windows.")
        return 1
    return 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
