#!/bin/sh
# mmdebstrap's customise hook: makes the unpacked Debian one that boots by itself on a virtio disk. $1 is its root.
set -eu
root=$1
echo debian-small >"$root/etc/hostname"
echo '127.0.0.1 localhost debian-small' >"$root/etc/hosts"
echo '/dev/vda / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"
printf '%s\n' virtio_console virtio_rng >"$root/etc/modules-load.d/virtio.conf"
printf '%s\n' '[Match]' 'Type=ether' '[Network]' 'DHCP=ipv4' >"$root/etc/systemd/network/ethernet.network"
chroot "$root" systemctl -q enable systemd-networkd.service
# Nothing here reaches beyond the machine, and nobody signs in.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer getty@tty1.service systemd-networkd-wait-online.service systemd-pstore.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
chroot "$root" passwd -l root >/dev/null
# The drivers of a virtual machine are enough: the package brings ten times as many.
modules=$(echo "$root"/lib/modules/*)
find "$modules" -name '*.ko*' ! -name 'virtio*' ! -name '*failover*' ! -name 'crc32c*' ! -name 'pvpanic*' \
  ! -name 'qemu_fw_cfg*' ! -name 'rng-core*' -delete
chroot "$root" depmod "$(basename "$modules")"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/usr/share/locale
