/** The rules between the parts of the house: shared code never knows insurance, and a service never reaches into another. */
module.exports = {
  forbidden: [
    { name: 'a-service-never-imports-another', severity: 'error', from: { path: '^subgraphs/([^/]+)/' }, to: { path: '^subgraphs/([^/]+)/', pathNot: '^subgraphs/$1/' } },
    { name: 'the-kit-knows-no-service', severity: 'error', from: { path: '^packages/kit/' }, to: { path: '^(subgraphs|gateway|packages/cli|portals|bench)/' } },
    { name: 'the-gateway-knows-no-service', severity: 'error', from: { path: '^gateway/' }, to: { path: '^(subgraphs|packages/cli|portals|bench)/' } },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/generated/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
