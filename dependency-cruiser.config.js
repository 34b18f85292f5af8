/** Which room may enter which: the table in ARCHITECTURE.md, enforced. */
const rooms = {
  kernel: [],
  oci: ["kernel"],
  "aws-protocol": ["kernel"],
  engine: ["kernel"],
  "control-plane": ["kernel", "oci", "aws-protocol", "engine"],
  "node-agent": ["kernel", "oci", "engine"],
  daemon: ["kernel", "control-plane", "node-agent"],
  cli: ["aws-protocol/src/session-manager"],
};

const boundaries = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-may-import`,
  comment: `${room} may import ${allowed.length === 0 ? "no other room" : allowed.join(", ")}`,
  severity: "error",
  from: { path: `^packages/${room}/` },
  to: { path: "^packages/", pathNot: `^packages/(${[room, ...allowed].join("|")})/` },
}));

export default {
  forbidden: [
    ...boundaries,
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "engine-decides-without-io",
      comment: "Pure decisions: no I/O in engine",
      severity: "error",
      from: { path: "^packages/engine/src/", pathNot: "\\.test\\.ts$" },
      to: {
        dependencyTypes: ["core"],
        path: "^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|cluster|worker_threads|timers|process|os|sqlite)(/|$)",
      },
    },
    {
      name: "services-by-their-manifest",
      comment: "A service speaks to another through what its service.ts exports",
      severity: "error",
      from: { path: "^packages/control-plane/src/services/([^/]+)/" },
      to: {
        path: "^packages/control-plane/src/services/([^/]+)/",
        pathNot: ["^packages/control-plane/src/services/$1/", "/service\\.ts$"],
      },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node"],
      extensions: [".ts", ".js"],
    },
  },
};
