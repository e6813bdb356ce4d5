import type { QemuImage } from './qemuImage.ts';

/** File descriptors that the process is started with: connected sockets, so that no path names them. */
export const descriptors = { qmp: 3, agent: 4 };
export const agentPort = 'agent';

const sandbox = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';

/** The arguments of QEMU for one boot. Paths are relative to the machine's own folder, or absolute. */
export function commandLine(image: QemuImage, firmware: string | undefined): string[] {
  return [
    // Emulated, never KVM: the same everywhere, and a host can offer a KVM on which no kernel gets anywhere. Of the
    // models the generic one is emulated fastest.
    ...['-accel', 'tcg,tb-size=128', '-machine', 'q35', '-cpu', 'qemu64', '-m', '256'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-sandbox', sandbox],
    ...bootArguments(image, firmware),
    ...['-drive', 'file=disk.qcow2,format=qcow2,if=virtio,cache=unsafe'],
    // One log over all boots, as Azure's boot diagnostics keep it.
    ...['-chardev', 'file,id=serial,path=serial.log,append=on', '-serial', 'chardev:serial'],
    ...['-chardev', `socket,id=agent,fd=${descriptors.agent}`, '-device', 'virtio-serial-pci'],
    ...['-device', `virtserialport,id=${agentPort},chardev=agent,name=org.qemu.guest_agent.0`],
    ...['-chardev', `socket,id=qmp,fd=${descriptors.qmp}`, '-mon', 'chardev=qmp,mode=control'],
    // A network of its own with nobody on it: addresses by DHCP, and no way out or in.
    ...['-netdev', 'user,id=network,restrict=on', '-device', 'virtio-net-pci,netdev=network,romfile='],
    ...['-device', 'pvpanic-pci', '-device', 'virtio-rng-pci'],
  ];
}

function bootArguments({ boot }: QemuImage, firmware: string | undefined): string[] {
  if (boot.kind === 'direct') {
    const initrd = boot.initrd === undefined ? [] : ['-initrd', boot.initrd];
    return ['-kernel', boot.kernel, ...initrd, '-append', boot.commandLine];
  }
  if (firmware === undefined) throw new Error('UEFI firmware is not installed: apt-get install ovmf');
  return ['-drive', `if=pflash,format=raw,readonly=on,file=${firmware}`];
}
