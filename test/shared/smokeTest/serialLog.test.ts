import { describe, expect, it } from 'vitest';
import { describeFinding } from '../../../shared/smokeTest/serialFinding.ts';
import { findFatal, scanSerialLog } from '../../../shared/smokeTest/serialLog.ts';
import { fc } from '../../fastCheck.ts';

const kinds = (log: string, expectedBoots?: number) =>
  scanSerialLog(log, expectedBoots).map(({ severity, kind }) => `${severity}: ${kind}`);

describe('the serial log', () => {
  it.each([
    ['[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n', 'kernel panic'],
    ['\u001b[0;31mGave up waiting for root device.\u001b[0m\n', 'root file system not found'],
    ['You are in emergency mode. After logging in', 'emergency mode'],
    ['Kernel \u001b[1mpanic - not syncing: x', 'kernel panic'],
  ])('of a guest that will not come up: %j', (log, kind) => {
    expect(findFatal(log)?.kind).toBe(kind);
  });

  it.each(['', 'login: ', '[FAILED] Failed to start nginx.service', 'panic=10 on the command line'])(
    'of a guest that comes up: %j',
    (log) => {
      expect(findFatal(log)).toBeUndefined();
    },
  );

  it('gives one line of at most 200 characters as the reason', () => {
    expect(findFatal(`Kernel panic - not syncing: ${'x'.repeat(500)}\nnext`)?.line).toHaveLength(200);
  });

  // Lines as public issues, mailing lists, documentation and source code show them; where from stands before each group.
  it.each([
    // torvalds/linux kernel/panic.c; microsoft/lisa#4473 (6.17.0-1008-azure)
    ['[   17.519617] Kernel panic - not syncing: sysrq triggered crash', 'fatal: kernel panic'],
    [
      '[    1.9][    T1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100',
      'fatal: kernel panic',
    ],
    ['ubuntu login: [   42.000001] Kernel panic - not syncing: Fatal exception', 'fatal: kernel panic'],
    ['<0>[    2.085568] Kernel panic - not syncing: hung_task: blocked tasks', 'fatal: kernel panic'],
    [
      '[    1.1] VFS: Cannot open root device "sda1" or unknown-block(0,0): error -6',
      'fatal: root file system not found',
    ],
    // initramfs-tools scripts/functions; dracut-emergency.sh; xen-devel on Hyper-V (dracut-initqueue)
    ['Gave up waiting for root file system device.  Common problems:', 'fatal: root file system not found'],
    ['ALERT!  UUID=8f2a-11 does not exist.  Dropping to a shell!', 'fatal: root file system not found'],
    ['[  197.060965] dracut-initqueue[311]: Warning: Could not boot.', 'fatal: root file system not found'],
    ['(initramfs) ', 'fatal: initramfs shell'],
    ['dracut:/# ', 'fatal: initramfs shell'],
    ['Entering emergency mode. Exit the shell to continue.', 'fatal: initramfs shell'],
    // systemd sulogin-shell, new and old, and util-linux sulogin
    ['You are in rescue mode. After logging in, type "journalctl -xb" to view', 'fatal: emergency mode'],
    ['Welcome to emergency mode! After logging in, type "journalctl -xb" to view', 'fatal: emergency mode'],
    ['Give root password for maintenance', 'fatal: emergency mode'],
    ['Press Enter for maintenance', 'fatal: emergency mode'],
    ['Cannot open access to console, the root account is locked.', 'fatal: emergency mode'],
    // GRUB grub_rescue_run
    ['Entering rescue mode...', 'fatal: boot loader prompt'],
    ['grub rescue> ', 'fatal: boot loader prompt'],
    ['grub> ', 'fatal: boot loader prompt'],
    // EDK II; the arm64 EFI stub on linux-efi
    ['BdsDxe: No bootable option or device was found.', 'fatal: no boot device'],
    ['>>Start PXE over IPv4.', 'fatal: no boot device'],
    ['PXE-E16: No valid offer received.', 'fatal: no boot device'],
    ['No bootable device.', 'fatal: no boot device'],
    ['Synchronous Exception at 0x0000000081310C90', 'fatal: firmware exception'],
    ['!!!! X64 Exception Type - 0E(#PF - Page-Fault)  CPU Apic ID - 00000000 !!!!', 'fatal: firmware exception'],
    // microsoft/lisa#1142; kernel/reboot.c
    ['The operating system has halted.', 'fatal: halted'],
    ['[   81.6] reboot: System halted', 'fatal: halted'],

    // linux-kernel and syzbot reports
    ['[    9.341152] BUG: kernel NULL pointer dereference, address: 0000000000000040', 'error: kernel fault'],
    ['[    9.360959] Oops: Oops: 0000 [#1] SMP NOPTI', 'error: kernel fault'],
    ['[    3.5] Oops: general protection fault, probably for non-canonical address 0xdff: 0000', 'error: kernel fault'],
    ['[    3.5] general protection fault, probably for non-canonical address: 0000 [#1] SMP', 'error: kernel fault'],
    ['[    3.5] Internal error: Oops: 0000000096000004 [#1] SMP', 'error: kernel fault'],
    ['[    3.5] Unable to handle kernel NULL pointer dereference at virtual address 00000000', 'error: kernel fault'],
    ['[    3.5] kernel BUG at fs/buffer.c:1285!', 'error: kernel fault'],
    [
      'Mar 29 17:43:16 fedora kernel: [    3.5] BUG: unable to handle page fault for address: ff',
      'error: kernel fault',
    ],
    ['[ 1.0] EXT4-fs error (device sda1): ext4_lookup:1234: inode #131073: comm ls: x', 'error: file system error'],
    ['[ 1.0] EXT4-fs (sda1): Remounting filesystem read-only', 'error: file system error'],
    [
      '[ 2.088795] XFS (sda1): Corruption of in-memory data detected.  Shutting down filesystem',
      'error: file system error',
    ],
    ['[ 2.0] XFS (dm-0): Metadata corruption detected at xfs_agi_verify', 'error: file system error'],
    ['[ 2.087161] XFS (sda1): xfs_do_force_shutdown(0x8) called from line 985', 'error: file system error'],
    ['[ 2.0] BTRFS info (device sdg): forced readonly', 'error: file system error'],
    ['[ 2.0] BTRFS: error (device sdf) in __btrfs_free_extent:3216: errno=-5 IO failure', 'error: file system error'],
    ['/dev/sda1: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY.', 'error: file system error'],
    ['\u001b[0;1;31mFAILED\u001b[0m', undefined],
    [
      '[\u001b[0;1;31mFAILED\u001b[0m] Failed to start \u001b[0;1;39mnginx.service\u001b[0m - A high performance web server.',
      'error: failed unit',
    ],
    ['[FAILED] Failed to mount /sysroot.', 'error: failed unit'],
    ['[   12.3] systemd[1]: Failed to start walinuxagent.service - Azure Linux Agent.', 'error: failed unit'],
    ['cloud-init[900]: OSError: [Errno 28] No space left on device', 'error: disk full'],

    // microsoft/lisa serial_console.py; linux-mm; MicrosoftDocs on fstab errors
    ['[ 6580.173598] watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [WorkerPool/7703:7703]', 'warning: lockup'],
    ['[ 99.0] rcu: INFO: rcu_sched self-detected stall on CPU', 'warning: lockup'],
    ['[ 999.0] INFO: task kworker/0:1:12 blocked for more than 120 seconds.', 'warning: lockup'],
    ['[ 1.75] WARNING: CPU: 0 PID: 1 at fs/proc/generic.c:376 proc_register+0xbc/0xda', 'warning: kernel warning'],
    ['[ 1234.567] Out of memory: Killed process 4567 (firefox) total-vm:8123456kB', 'warning: out of memory'],
    ['[ 18492.104] Memory cgroup out of memory: Killed process 4182 (order-worker)', 'warning: out of memory'],
    ['[ 60.0] traps: python3[123] general protection fault ip:7f sp:7f error:0 in libc.so', 'warning: crashed process'],
    ['[ 60.0] nginx[77]: segfault at 0 ip 0000 sp 0000 error 4', 'warning: crashed process'],
    ['[ 60.0] blk_update_request: I/O error, dev sda, sector 123456', 'warning: disk error'],
    ['[ 60.0] EXT4-fs (sda1): error count since last fsck: 3', 'warning: file system error'],
    ['[ TIME ] Timed out waiting for device /dev/disk/cloud/azure_resource-part1.', 'warning: timed out'],
    ['[\u001b[0;1;33mDEPEND\u001b[0m] Dependency failed for /mnt.', 'warning: failed dependency'],
    ['Gave up waiting for suspend/resume device', 'warning: timed out'],

    // What only looks bad. microsoft/lisa#4071, #1101, #1142
    ['[    0.057800] NMI watchdog: Perf NMI watchdog permanently disabled', undefined],
    ['[    0.1] NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.', undefined],
    ['[    0.0] RIP: 0010:native_safe_halt+0xe/0x10', undefined],
    ['[    0.861418] ipt_CLUSTERIP: ClusterIP Version 0.8 loaded successfully', undefined],
    ['The operating system has halted the installation of old kernels', undefined],
    ['[    0.5] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.', undefined],
    ['[    0.5] rcu: Hierarchical SRCU implementation.', undefined],
    // Kernel command lines, and what the kernel says of them
    [
      '[    0.0] Kernel command line: BOOT_IMAGE=/vmlinuz root=UUID=1 ro panic=-1 oops=panic rescue emergency',
      undefined,
    ],
    ['[    0.0] Command line: console=ttyS0 panic_on_oops=1 systemd.unit=rescue.target rd.emergency=reboot', undefined],
    ['[    0.0] Unknown kernel command line parameters "splash panic=10", will be passed to user space.', undefined],
    // Names and descriptions of units
    ['[  OK  ] Started kernel-panic-notify.service - Reports a Kernel panic after restart.', undefined],
    ['[  OK  ] Reached target emergency.target - Emergency Mode.', undefined],
    ['[  OK  ] Reached target rescue.target - Rescue Mode.', undefined],
    ['[  OK  ] Listening on systemd-rfkill.socket - Load/Save RF Kill Switch Status /dev/rfkill Watch.', undefined],
    ['         Starting grub-initrd-fallback.service - GRUB failed boot detection...', undefined],
    ['[  OK  ] Stopped dracut-emergency.service - Dracut Emergency Shell.', undefined],
    ['[   12.3] systemd[1]: Condition check resulted in Failed Units Reporter being skipped.', undefined],
    ['[  OK  ] Finished systemd-pstore.service - Platform Persistent Storage Archival.', undefined],
    ["kdump-config: crash kernel loaded, waits for 'Kernel panic - not syncing'", undefined],
    // Healthy kernels and file systems, and Hyper-V's floppy
    [
      '[    2.0] EXT4-fs (sda1): mounted filesystem 5f with ordered data mode. Opts: discard,errors=remount-ro.',
      undefined,
    ],
    ['[    2.0] EXT4-fs (sda1): re-mounted 5f r/w. Quota mode: none.', undefined],
    ['[    2.0] XFS (sda2): Mounting V5 Filesystem 5f', undefined],
    ['[    2.0] XFS (sda2): Ending clean mount', undefined],
    ['[    2.0] BTRFS info (device sda2): using crc32c (crc32c-intel) checksum algorithm', undefined],
    ['[    2.0] blk_update_request: I/O error, dev fd0, sector 0', undefined],
    ['[    2.0] Out of memory handler is enabled', undefined],
    ['[    2.0] pstore: Using crash dump compression: deflate', undefined],
    ['[    2.0] systemd[1]: Set hostname to <grub>.', undefined],
    ['cloud-init[811]: DEBUG: BUG: this text is of a program', undefined],
    ['cloud-init[811]: util.py[WARNING]: Failed to start a timer', undefined],
  ])('%j is %s', (line, finding) => {
    expect(kinds(line)).toEqual(finding === undefined ? [] : [finding]);
  });

  it('names the line as an editor counts it, without timestamp and colours', () => {
    const log = 'Linux version 6.8\r\nbooting\r\r\n[    4.2] \u001b[31mOops: 0002 [#1] SMP\u001b[0m\r\n';
    expect(scanSerialLog(log)).toEqual([
      { kind: 'kernel fault', severity: 'error', line: 'Oops: 0002 [#1] SMP', lineNumber: 3 },
    ]);
  });

  it('reads what a carriage return overwrote', () => {
    expect(kinds('[**    ] A start job is running\r[FAILED] Failed to start x.service\rdone')).toEqual([
      'error: failed unit',
    ]);
  });

  describe('with several kernel starts', () => {
    const boot = '[    0.000000] Linux version 6.8.0-1008-azure (buildd@x)\n[   30.1] ready\n';

    it('is a loop when the guest restarts again and again', () => {
      expect(kinds(boot.repeat(3))).toEqual(['warning: unexpected restart', 'fatal: boot loop']);
      expect(findFatal(boot.repeat(3))?.lineNumber).toBe(5);
    });

    it('says of a loop how often, how long it was up at most, and what came last', () => {
      const going = 'repair: restarting\n[    1.4] reboot: Restarting system\nBdsDxe: starting Boot0001\n';
      const log = `[    0.000000] Linux version 6.8.0\n${going}`.repeat(4);
      const [finding] = scanSerialLog(log).filter(({ kind }) => kind === 'boot loop');
      expect(finding && describeFinding(finding)).toBe(
        'boots again and again (serial log, line 9): 4 boots, each up for less than 2 s; the last words before a restart: repair: restarting',
      );
    });

    it.each([
      '[    1.3] ACPI: PM: Preparing to enter system sleep state S5',
      '[    1.3] ACPI: Preparing to enter system sleep state S5',
      '[    1.3] sd 0:0:0:0: [sda] Synchronizing SCSI cache',
      '[    1.3] systemd-shutdown[1]: Rebooting.',
      '[    1.3] systemd[1]: Shutting down.',
    ])('takes %j for no word of the guest', (line) => {
      const log = `[    0.0] Linux version 6.8.0\nlast words\n${line}\n[    1.4] reboot: Restarting system\n`.repeat(3);
      expect(findFatal(log)?.line).toBe('last words');
    });

    it('says of a loop without times and words how often', () => {
      const [finding] = scanSerialLog('Linux version 6.8.0\n'.repeat(3)).filter(({ kind }) => kind === 'boot loop');
      expect(finding && describeFinding(finding)).toBe(
        'boots again and again (serial log, line 3): 3 boots; Linux version 6.8.0',
      );
    });

    it('is as it should be when the restarts were asked for', () => {
      expect(kinds(boot.repeat(3), 3)).toEqual([]);
    });

    it('is worth a warning when the guest restarted once by itself', () => {
      expect(kinds(boot.repeat(2))).toEqual(['warning: unexpected restart']);
    });

    it('does not count what a console repeats of the early one', () => {
      const early = '[    0.000000] Linux version 6.8.0-1008-azure (buildd@x)\n[    0.7] serial8250: ttyS0\n';
      expect(kinds(early + early + boot)).toEqual([]);
    });

    it('forgets firmware that tried the network, and a boot loader that went on', () => {
      const firmware = '>>Start PXE over IPv4.\ngrub> boot\n';
      expect(kinds(firmware + boot)).toEqual([]);
      expect(kinds(boot + firmware)).toEqual(['fatal: no boot device', 'fatal: boot loader prompt']);
    });
  });

  it('keeps at most five findings of one kind, and no kind crowds out another', () => {
    const log = `${'[FAILED] Failed to start a.service\n'.repeat(100)}Kernel panic - not syncing: x\n`;
    expect(kinds(log)).toEqual([...Array(5).fill('error: failed unit'), 'fatal: kernel panic']);
  });

  it('drops the middle of a log that is too long, and still counts its lines', () => {
    const filler = `${'x'.repeat(99)}\n`;
    const log = `${filler}Oops: 0000 [#1] SMP\n${filler.repeat(12_000)}Oops: 0000 [#2] SMP\n`;
    expect(scanSerialLog(log).map(({ lineNumber }) => lineNumber)).toEqual([2, 12_003]);
  });

  it('never throws, whatever the guest writes', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc
        .array(
          fc.constantFrom(
            '\u001b[',
            '\u001b]',
            '0;',
            '[ 1.1] ',
            '\r',
            '\n',
            '(initramfs)',
            'BTRFS error (device ',
            'Oops',
            'login: ',
          ),
          { maxLength: 200 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 3 }), (log, expectedBoots) => {
        for (const { line, lineNumber } of scanSerialLog(log, expectedBoots)) {
          expect(line.length).toBeLessThanOrEqual(200);
          expect(lineNumber).toBeGreaterThanOrEqual(1);
          expect(lineNumber).toBeLessThanOrEqual(log.split('\n').length);
        }
      }),
    );
  });

  // A pattern that backtracks would take minutes for these, and the test would time out.
  it.each([
    '\u001b[',
    '\u001b]0;',
    '0',
    ' ',
    '[ ',
    '\r',
    'a ',
    'kernel: ',
    'Oops ',
    'BTRFS error (device ',
    'ALERT! ',
    "'",
    '\n',
    'x\n',
    'I/O error, dev ',
  ])('takes no longer than it is long: a megabyte of %j', (part) => {
    const log = part.repeat(Math.ceil(1_000_000 / part.length));
    expect(scanSerialLog(log).length).toBeLessThan(100);
  });
});
