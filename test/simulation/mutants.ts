/** A defect seeded into one file of the product, by a patch that has to fit exactly once. */
export interface Mutant {
  name: string;
  file: string;
  is: string;
  becomes: string;
}

export const mutants: Mutant[] = [
  {
    name: 'the VM is deleted before its evidence is saved',
    file: 'shared/domain/decideCleanUp.ts',
    is: 'result !== undefined || state.deleted',
    becomes: 'attempt.rounds.length > 0 || result !== undefined || state.deleted',
  },
  {
    name: 'published is believed before it is read back',
    file: 'shared/domain/decideRelease.ts',
    is: 'const isThere = !isUnsettled(version) && showsPlan(version, plan);',
    becomes: 'const isThere = write.acceptedAt !== undefined;',
  },
  {
    name: 'what could not be appended is announced all the same',
    file: 'shared/workflow/log.ts',
    is: `  const appended = await ports.auditLogs.append(log.name, entries, log.position);
  if (appended === 'conflict') throw new LogConflict(log.name);
  log.entries.push(...entries);`,
    becomes: `  log.entries.push(...entries);
  const appended = await ports.auditLogs.append(log.name, entries, log.position);
  if (appended === 'conflict') throw new LogConflict(log.name);`,
  },
  {
    name: 'an answer that cannot be read passes',
    file: 'shared/smokeTest/judgeRound.ts',
    is: "return ended(inconclusive('AnswerUnusable',",
    becomes:
      "return ended(((_code: string, reason: string) => ({ verdict: 'passed' as const, reason, checks: [] }))('',",
  },
  {
    name: 'a re-creation inherits the verdict',
    file: 'shared/domain/incarnation.ts',
    is: 'return known.createdAt === seen.createdAt;',
    becomes: 'return true;',
  },
  {
    name: 'the global flag is cleared before the regions are excluded',
    file: 'shared/domain/flagPlan.ts',
    is: 'flags(version, (name) => !regions.includes(name))',
    becomes: 'flags(version, () => regions.length === 0)',
  },
  {
    name: 'an inconclusive version is published',
    file: 'shared/domain/decidePublication.ts',
    is: "if (verdict === 'inconclusive' && !state.overridden)",
    becomes: "if (verdict === 'inconclusive' && state.deleted)",
  },
  {
    name: 'a new version is tested before it is held',
    file: 'shared/domain/decideIncarnation.ts',
    is: 'if (awaitsHold(state, policy)) return decideHold(state, version, now);',
    becomes: '',
  },
  {
    name: 'flags are written without an intent',
    file: 'shared/domain/decidePublication.ts',
    is: "return record({ type: 'holdIntended', plan, visibleIn: offeredRegions(version) });",
    becomes: "return { facts: [], effects: [{ kind: 'writeFlags', plan }] };",
  },
  {
    name: 'an intent is appended with the outcome of its effect',
    file: 'shared/workflow/advanceIncarnations.ts',
    is: 'if (!withoutIntent.has(effect.kind)) await save(run, log);',
    becomes: '',
  },
  {
    name: 'a slot is given back while its VM is there',
    file: 'shared/domain/decideCleanUp.ts',
    is: "if (vm?.kind === 'absent')",
    becomes: "if (vm?.kind === 'absent' || deletion?.acceptedAt !== undefined)",
  },
  {
    name: 'one VM more than there are slots',
    file: 'shared/workflow/slots.ts',
    is: 'ledger.slots.length + ahead >= limit',
    becomes: 'ledger.slots.length + ahead > limit',
  },
  {
    name: 'VMs are launched while everything is paused',
    file: 'shared/domain/launchWait.ts',
    is: "if (paused) return { by: 'pause', ...paused };",
    becomes: '',
  },
  {
    name: 'VMs are launched while the circuit breaker is open',
    file: 'shared/domain/launchWait.ts',
    is: "if (breaker) return { by: 'breaker', ...breaker };",
    becomes: '',
  },
  {
    name: 'VMs are launched beyond the budget',
    file: 'shared/domain/launchWait.ts',
    is: 'return budget && !isExpedited(state, test)',
    becomes: 'return budget && state.deleted',
  },
  {
    name: 'a VM is counted as often as a look at its log is repeated',
    file: 'shared/domain/vmLives.ts',
    is: 'vms[id] = {',
    becomes: 'vms[id + now] = {',
  },
  {
    name: 'announcements are sent and forgotten',
    file: 'shared/workflow/outbox.ts',
    is: '&& ports.announcements.send(announcements)',
    becomes: '&& void ports.announcements.send(announcements).catch(() => undefined)',
  },
  {
    name: 'the open marker is written after the entry',
    file: 'shared/workflow/run.ts',
    is: `  await markOpen(run.ports, run.marker, [run.log, ...run.incarnations.values()]);
  stageFacts(run.ports, log, facts, { cause: run.cause, at: nowOf(run) });`,
    becomes: `  stageFacts(run.ports, log, facts, { cause: run.cause, at: nowOf(run) });
  await saveStaged(run.ports, log);
  await markOpen(run.ports, run.marker, [run.log, ...run.incarnations.values()]);`,
  },
  {
    name: 'every step schedules a timer of its own',
    file: 'shared/workflow/step.ts',
    is: 'await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp), at);',
    becomes: 'await ports.wakeUps.send(wakeUp, ports.ids.random(), at);',
  },
  {
    name: 'a conflict of appends is overlooked',
    file: 'shared/workflow/log.ts',
    is: "if (appended === 'conflict') throw new LogConflict(log.name);\n  log.entries.push(...entries);\n  log.position = appended.position;",
    becomes: "log.entries.push(...entries);\n  if (appended !== 'conflict') log.position = appended.position;",
  },
  {
    name: 'an announcement sent again has another id',
    file: 'shared/workflow/outbox.ts',
    is: 'announcementsOf(log.entries, cursor.announced)',
    becomes:
      'announcementsOf(log.entries, cursor.announced).map((each) => ({ ...each, id: each.id + String(cursor.announced) }))',
  },
  {
    name: 'what somebody changed by hand since a write was intended is written over',
    file: 'shared/domain/changedMeanwhile.ts',
    is: 'if (!write || !ofRelease.has(write.purpose) || isUnsettled(version)) return undefined;',
    becomes: 'if (!write || !ofRelease.has(write.purpose) || version.version.length > 0) return undefined;',
  },
];
