// npm scripts run on the Node 24 that node_modules brings. `npm ci --ignore-scripts` leaves its binary out without
// a word, and everything after that fails in ways that do not name the cause.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `Node 24 is missing from node_modules (this is ${process.version}): run "npm rebuild node" and try again.`,
  );
  process.exit(1);
}
