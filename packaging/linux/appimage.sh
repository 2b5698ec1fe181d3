#!/bin/sh
# Makes an AppImage of dist/puna; done by the release workflow, where the tool can be fetched.
#
#     packaging/linux/appimage.sh APPIMAGETOOL RUNTIME VERSION
#
# APPIMAGETOOL and RUNTIME are files of the AppImage project ("type2-runtime" for this machine); the
# workflow names both with their SHA-256. Nothing is downloaded here.
set -eu
tool=$(readlink -f "$1") runtime=$(readlink -f "$2") version=$3
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here/../..")
machine=$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
app=$work/Puna.AppDir
mkdir -p "$app/usr/lib" "$app/usr/share"
cp -a "$root/dist/puna" "$app/usr/lib/puna"
cp -a "$root/build/deb/usr/share/." "$app/usr/share/"
install -m 755 "$here/AppRun" "$app/AppRun"
cp "$here/puna.desktop" "$app/puna.desktop"
cp "$root/resources/puna.svg" "$app/puna.svg"
ln -s puna.svg "$app/.DirIcon"
ARCH=$machine "$tool" --no-appstream --runtime-file "$runtime" "$app" \
    "$root/dist/puna-$version-linux-$machine.AppImage"
