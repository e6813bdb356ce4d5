#!/usr/bin/env node
// The command is TypeScript, which Node 24 runs as it is; the machine's own Node may be older, so the one of
// node_modules is taken (see .ci/requireNode.cjs).
const { spawn, spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  try {
    const folder = join(dirname(require.resolve('node/package.json')), 'bin');
    return ['node', 'node.exe'].map((name) => join(folder, name)).find(existsSync);
  } catch {
    return undefined;
  }
}

const node = findNode();
if (node === undefined) {
  console.error(
    `Node 24 is missing from node_modules (this is ${process.version}): run "npm ci" or "npm rebuild node".`,
  );
  process.exitCode = 2;
} else {
  // Compiled code is kept between commands, where nobody else writes: it halves the time until a command begins.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(__dirname, '../node_modules/.cache/imprimatur');
  // What reads the audit trail passes a million entries through: V8 would let garbage grow to hundreds of megabytes, and
  // glibc keep by thread what is free. A report also does without what optimizing compilers take, which is more than it
  // saves, and collects before garbage is a fifth of what lives: the faster the service answers, the more there would be.
  // What lies outside of the heap it collects itself (audit/collecting.ts).
  const isAudit = process.argv[2] === 'audit';
  const isReport = isAudit && process.argv[3] === 'report';
  const flags = isAudit ? ['--optimize-for-size', '--max-semi-space-size=1'] : [];
  if (isReport) flags.push('--no-opt', '--heap-growing-percent=20', '--expose-gc');
  const sparing = isAudit ? { MALLOC_ARENA_MAX: '1' } : {};
  const env = { ...sparing, ...process.env, NODE_COMPILE_CACHE };
  const command = [...flags, join(__dirname, 'main.ts')];
  // What makes JavaScript of TypeScript takes 15 MB, for good: the help of the report leaves all that is needed compiled.
  if (isReport) spawnSync(node, [...command, 'audit', 'report', '--help'], { stdio: 'ignore', env });
  const child = spawn(node, [...command, ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${node} cannot be started: ${error.message}`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 2;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
