/** The import rule of docs/design.md: imports point inward, and nothing that is deployed knows the stand-ins. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'deployed-code-knows-no-stand-in',
      severity: 'error',
      from: { path: '^(functions|shared)/' },
      to: { path: '^(local|cli|test|bench)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain and smokeTest decide; they know no SDK, clock, environment or port',
      severity: 'error',
      from: { path: '^shared/(domain|smokeTest)/' },
      to: {
        pathNot:
          '^(shared/(domain|smokeTest)/|node_modules/(zod|yaml|re2js|semver|fast-xml-builder|fast-xml-parser|ipaddr\\.js|standardwebhooks|(@types/)?luxon)/|node:crypto$|crypto$)',
      },
    },
    {
      name: 'workflow-talks-to-ports',
      severity: 'error',
      from: { path: '^shared/workflow/' },
      to: {
        pathNot:
          '^(shared/(workflow|domain|smokeTest)/|shared/(ports|errors)\\.ts$|node_modules/zod/|node:crypto$|crypto$)',
      },
    },
    {
      name: 'azure-sdks-only-in-adapters',
      severity: 'error',
      from: { path: '^(functions|shared)/', pathNot: '^shared/azure/' },
      to: { path: '^node_modules/@azure/(arm-|storage-|service-bus|identity|eventgrid|core-)' },
    },
    {
      name: 'functions-only-enter',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^shared/(azure|workflow|domain|smokeTest)/' },
    },
    {
      name: 'adapters-and-api-do-not-enter-functions',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^functions/' },
    },
    {
      name: 'stand-ins-do-not-know-the-product',
      comment: 'a stand-in that shares code with the product proves nothing about the protocol between them',
      severity: 'error',
      from: { path: '^local/' },
      to: { path: '^(functions|shared|cli|test)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@azure/functions-core$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.local|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
