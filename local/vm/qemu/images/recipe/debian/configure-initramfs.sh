#!/bin/sh
# mmdebstrap's essential hook, before the kernel comes: its initial RAM disk is made once, with these drivers only.
set -eu
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
echo MODULES=list >"$1/etc/initramfs-tools/conf.d/drivers"
printf '%s\n' virtio_pci virtio_blk virtio_console >"$1/usr/share/initramfs-tools/modules.d/virtual-machine"
