import type { SerialKind } from './serialKinds.ts';

export type Severity = 'fatal' | 'error' | 'warning';

export interface SerialPattern {
  kind: SerialKind;
  severity: Severity;
  /** Looked for in a line without colours and without the kernel's timestamp; must not take long on any line. */
  pattern: RegExp;
}

const fatal = (kind: SerialKind, pattern: RegExp): SerialPattern => ({ kind, severity: 'fatal', pattern });
const error = (kind: SerialKind, pattern: RegExp): SerialPattern => ({ kind, severity: 'error', pattern });
const warning = (kind: SerialKind, pattern: RegExp): SerialPattern => ({ kind, severity: 'warning', pattern });

/**
 * What a line of the serial log can say, the gravest first; a line is taken for the first that matches.
 *
 * Fatal: the guest will not come up, or not come back. Error: it is up, and part of it is broken. Warning: worth a look,
 * and no fault of the image by itself: a lockup is also what a host that stood still looks like from inside, a mount with
 * `nofail` times out without harm, and the kernel kills processes and warns of itself on healthy machines too.
 *
 * Sources: texts of the Linux kernel (kernel/panic.c, fs/ext4/super.c, fs/xfs, fs/btrfs), systemd, dracut
 * (dracut-emergency.sh), initramfs-tools (scripts/functions), GRUB (grub_rescue_run), EDK II (BdsDxe, ArmExceptionLib);
 * what is not to match: microsoft/lisa#4071, #1101, #1142 and #4473, where `RIP:`, "watchdog" and "BUG" alone, an
 * ipt_CLUSTERIP banner and a halt without its full stop were taken for panics.
 */
export const serialPatterns: SerialPattern[] = [
  fatal('kernel panic', /(?<!["'`])Kernel panic - not syncing\b/),
  fatal('root file system not found', /^Gave up waiting for root\b/),
  fatal('root file system not found', /^ALERT! {1,4}\S{1,200} does not exist\. {1,4}Dropping to a shell!/),
  fatal('root file system not found', /^(?:VFS: )?Cannot open root device\b|^VFS: Unable to mount root fs\b/),
  fatal('root file system not found', /^dracut-initqueue\[\d+\]: Warning: Could not boot\b/),
  fatal('initramfs shell', /^\(initramfs\) ?|^dracut:\/# ?|^switch_root:\/# ?/),
  fatal('initramfs shell', /^Entering emergency mode\. Exit the shell to continue\./),
  fatal('emergency mode', /^(?:You are in|Welcome to) (?:emergency|rescue) mode\b/i),
  fatal('emergency mode', /^(?:Give root password for|Press Enter for(?: system)?) maintenance\b/),
  fatal('emergency mode', /^Cannot open access to console, the root account is locked\b/),
  fatal('boot loader prompt', /^grub(?: rescue)?>|^Entering rescue mode\.\.\./),
  fatal(
    'no boot device',
    /^BdsDxe: No bootable option or device was found\b|^(?:No bootable device|Operating system not found)\b/i,
  ),
  fatal('no boot device', /^>{0,2}Start PXE over IPv[46]\b|^PXE-E\d\d: /),
  fatal('firmware exception', /^(?:Synchronous|IRQ|FIQ|SError) Exception at 0x|^!{4} X64 Exception Type\b/),
  fatal('halted', /^The operating system has halted\.|^reboot: System halted\b|^System halted\.$/),

  error('kernel fault', /^(?:Internal error: )?Oops\b.{0,120}\[#\d+\]|^Oops: general protection fault\b/),
  error('kernel fault', /^kernel BUG at \S|^general protection fault\b|^Unable to handle kernel \S/),
  error('kernel fault', /^BUG: (?!soft lockup|workqueue lockup)\S/),
  error('file system error', /^EXT[234]-fs error \(device \S|^EXT4-fs \(\S{1,40}\): Remounting filesystem read-only/),
  error('file system error', /^Remounting filesystem read-only/),
  error('file system error', /^XFS \(\S{1,40}\): (?:Metadata )?(?:Corruption|Internal error|log mount finish failed)/i),
  error('file system error', /^XFS \(\S{1,40}\): (?:metadata I\/O error|xfs_do_force_shutdown)/),
  error(
    'file system error',
    /^BTRFS(?:: error| error| critical)? \(device [^)]{1,60}\)(?: in |: .{0,80}(?:corrupt|forced readonly))/,
  ),
  error('file system error', /^BTRFS info \(device [^)]{1,60}\): forced readonly/),
  error('file system error', /UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY/),
  error('failed unit', /^\[ ?FAILED ?\] Failed to \S/),
  error('failed unit', /^systemd\[1\]: Failed to (?:start|mount|listen on|activate) \S/),
  error('disk full', /\bNo space left on device\b/),

  warning('lockup', /\bBUG: (?:soft|workqueue) lockup\b|^Watchdog detected hard LOCKUP on cpu \d/i),
  warning('lockup', /^rcu: INFO: \S{1,40} (?:self-)?detected (?:expedited )?stalls?\b/),
  warning('lockup', /^INFO: task \S{1,80} blocked for more than \d+ seconds/),
  warning('kernel warning', /^WARNING: CPU: \d+ PID: \d+ at \S/),
  warning('out of memory', /\bout of memory: Killed process \d+/i),
  warning('crashed process', /^traps: \S|^\S{1,80}\[\d+\]: segfault at /),
  warning('disk error', /\bI\/O error, dev (?!fd\d|sr\d)[a-z]\w*\b/),
  warning('file system error', /^EXT4-fs \(\S{1,40}\): error count since last fsck: [1-9]/),
  warning('timed out', /^\[ ?TIME ?\] Timed out \S/),
  warning('failed dependency', /^\[ ?DEPEND ?\] Dependency failed for \S/),
  warning('timed out', /^Gave up waiting for suspend\b/),
];
