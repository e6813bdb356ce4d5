#!/usr/bin/env bash
# Makes all disks, kernels and initial RAM disks out of one Debian root. Runs as root, or as root of a user namespace
# (file owners have to come out as 0). Usage: assemble.sh ROOT.tar OUT_DIR WORK_DIR.
set -euo pipefail
tar=$(realpath "$1")
out=$(realpath "$2")
recipe=$(dirname "$(realpath "$0")")
work=$(mktemp -d "$3/assemble.XXXXXX")
trap 'rm -rf "$work"' EXIT

step() { echo "$*..."; }

# raw_disk ROOT MIB FILE: an ext4 file system that fills the whole disk.
raw_disk() {
  truncate -s "$2M" "$3"
  mke2fs -q -F -t ext4 -m 0 -L root -d "$1" "$3"
}

# fixed_vhd RAW NAME: the format of an Azure image, in whole MiB.
fixed_vhd() {
  qemu-img convert -t unsafe -f raw -O vpc -o subformat=fixed,force_size "$1" "$out/$2.vhd"
}

# The kernel inside a bzImage, so that no emulated processor has to decompress it: the LZ4 payload that the header
# points to (Documentation/arch/x86/boot.rst), less its last four bytes, which hold the unpacked size.
uncompress_kernel() {
  local sectors offset length
  sectors=$(od -An -tu1 -j $((0x1f1)) -N1 "$1")
  offset=$(od -An -tu4 -j $((0x248)) -N4 "$1")
  length=$(od -An -tu4 -j $((0x24c)) -N4 "$1")
  dd if="$1" of="$work/payload" bs=1M iflag=skip_bytes,count_bytes skip=$(((sectors + 1) * 512 + offset)) \
    count=$((length - 4)) status=none
  lz4 -q -d -c "$work/payload" >"$2"
}

step 'unpacking Debian'
debian=$work/debian
mkdir "$debian"
tar -C "$debian" -xf "$tar" --exclude './dev/*'
kernel=$(echo "$debian"/boot/vmlinuz-*)
release=${kernel##*/vmlinuz-}

step "kernel $release"
cp "$kernel" "$out/vmlinuz"
uncompress_kernel "$kernel" "$out/vmlinux"
zcat "$debian/boot/initrd.img-$release" >"$out/initrd.debian"
rm -rf "$debian/boot"/*

step 'initial RAM disk of the micro image'
initrd=$work/initrd
mkdir -p "$initrd"/{bin,dev,proc,root,modules}
cp "$debian/bin/busybox" "$initrd/bin/busybox"
for applet in sh cat insmod mount sleep switch_root umount; do ln -s busybox "$initrd/bin/$applet"; done
install -m 755 "$recipe/initrd/init" "$initrd/init"
chroot "$debian" modprobe --set-version "$release" --show-depends -a virtio_pci virtio_blk virtio_console virtio_net pvpanic_pci |
  awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$work/modules"
while read -r module; do
  cp "$debian$module" "$initrd/modules/"
  basename "$module" >>"$initrd/modules/order"
done <"$work/modules"
(cd "$initrd" && find . | cpio --quiet -o -H newc) >"$out/initrd.micro"

step 'micro image'
micro=$work/micro
mkdir -p "$micro"/{bin,dev,etc/rc.d,proc,root,run,sbin,srv/www,sys,tmp,usr/bin,usr/sbin,usr/share,var/log,var/tmp}
cp "$debian/bin/busybox" "$micro/bin/busybox"
chroot "$debian" /bin/busybox --list-full | sed 's,^usr/,,' | while read -r applet; do
  [ -e "$micro/$applet" ] || ln -s /bin/busybox "$micro/$applet"
done
rm -f "$micro/sbin/shutdown"
install -m 755 "$recipe/micro/rc" "$micro/etc/rc"
install -m 755 "$recipe/micro/shutdown" "$micro/sbin/shutdown"
cp "$recipe/micro/inittab" "$micro/etc/inittab"
cp "$debian/etc/os-release" "$micro/etc/os-release"
echo 'root:x:0:0:root:/root:/bin/sh' >"$micro/etc/passwd"
echo 'root:x:0:' >"$micro/etc/group"
echo micro >"$micro/etc/hostname"
echo '<!DOCTYPE html><title>micro</title>' >"$micro/srv/www/index.html"
for program in /usr/sbin/qemu-ga /usr/sbin/dropbear; do
  cp "$debian$program" "$micro$program"
  chroot "$debian" ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    install -D "$debian$library" "$micro$library"
  done
done

# micro_disk NAME: the micro image as it is now.
micro_disk() {
  raw_disk "$micro" 32 "$work/$1.raw"
  fixed_vhd "$work/$1.raw" "$1"
}
micro_disk micro

step 'micro image with faults'
mv "$micro/usr/sbin/qemu-ga" "$work/qemu-ga"
micro_disk micro-agent-missing
mv "$work/qemu-ga" "$micro/usr/sbin/qemu-ga"
for fault in "$recipe"/micro/faults/*; do
  install -m 755 "$fault" "$micro/etc/rc.d/$(basename "$fault")"
  micro_disk "micro-$(basename "$fault")"
  rm "$micro/etc/rc.d/$(basename "$fault")"
done

step 'micro image as a UEFI disk'
efi=$work/efi
mkdir "$efi"
printf 'root=/dev/vda2 rw console=ttyS0' >"$work/cmdline"
stub=$debian/usr/lib/systemd/boot/efi/linuxx64.efi.stub
objcopy \
  --add-section .osrel="$debian/etc/os-release" --change-section-vma .osrel=0x20000 \
  --add-section .cmdline="$work/cmdline" --change-section-vma .cmdline=0x30000 \
  --add-section .linux="$out/vmlinuz" --change-section-vma .linux=0x2000000 \
  --add-section .initrd="$out/initrd.micro" --change-section-vma .initrd=0x4000000 \
  "$stub" "$work/BOOTX64.EFI"
truncate -s 32M "$work/esp.raw"
mkfs.vfat -n ESP "$work/esp.raw" >/dev/null
mmd -i "$work/esp.raw" ::EFI ::EFI/BOOT
mcopy -i "$work/esp.raw" "$work/BOOTX64.EFI" ::EFI/BOOT/BOOTX64.EFI
truncate -s 66M "$work/uefi.raw"
printf '%s\n' 'label: gpt' 'start=1MiB, size=32MiB, type=uefi, name=esp' 'start=33MiB, size=32MiB, type=linux, name=root' |
  sfdisk -q "$work/uefi.raw"
dd if="$work/esp.raw" of="$work/uefi.raw" bs=1M seek=1 conv=notrunc,sparse status=none
dd if="$work/micro.raw" of="$work/uefi.raw" bs=1M seek=33 conv=notrunc,sparse status=none
fixed_vhd "$work/uefi.raw" micro-uefi

step 'small Debian image'
mkdir -p "$debian/etc/systemd/system/multi-user.target.wants"
cp "$recipe/debian/provisioned.service" "$debian/etc/systemd/system/provisioned.service"
ln -s ../provisioned.service "$debian/etc/systemd/system/multi-user.target.wants/provisioned.service"
raw_disk "$debian" 512 "$work/debian.raw"
fixed_vhd "$work/debian.raw" debian
step 'small Debian image with faults'
# debian_disk NAME: the Debian image as it is now.
debian_disk() {
  raw_disk "$debian" 512 "$work/debian.raw"
  fixed_vhd "$work/debian.raw" "debian-$1"
}
cp "$debian/etc/nginx/nginx.conf" "$work/nginx.conf"
cp "$recipe/debian/nginx.conf.broken" "$debian/etc/nginx/nginx.conf"
debian_disk service-broken
cp "$work/nginx.conf" "$debian/etc/nginx/nginx.conf"
mv "$debian/usr/sbin/qemu-ga" "$work/qemu-ga"
debian_disk agent-missing
mv "$work/qemu-ga" "$debian/usr/sbin/qemu-ga"
cp "$recipe/debian/licence.service" "$debian/etc/systemd/system/licence.service"
ln -s ../licence.service "$debian/etc/systemd/system/sysinit.target.wants/licence.service"
debian_disk disk-full
