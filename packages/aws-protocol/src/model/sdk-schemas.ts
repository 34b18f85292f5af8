import { registerHooks } from "node:module";

/** Directory of a package's ES modules, as the address of one of its files shows it. */
const moduleDirectory = (url: string): string => {
  const end = url.search(/\/dist-(cjs|es)\//);
  if (end < 0) throw new TypeError(`Not a file of an @aws-sdk/client-* package: ${url}`);
  return `${url.slice(0, end)}/dist-es/`;
};

const isClientModule = (url: string | undefined): boolean =>
  url !== undefined && /\/@aws-sdk\/client-[^/]+\/dist-es\//.test(url);

let hooked = false;

/** The packages' ES modules are written for bundlers: without file endings, and without being declared as modules. */
const readModulesAsWritten = (): void => {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      const isRelative = specifier.startsWith("./") || specifier.startsWith("../");
      const bare = isRelative && isClientModule(context.parentURL) && !specifier.endsWith(".js");
      const resolved = next(bare ? `${specifier}.js` : specifier, context);
      return isClientModule(resolved.url) ? { ...resolved, format: "module" } : resolved;
    },
  });
};

/**
 * The schemas, enumerations and settings of an SDK package without its client and commands, which take two
 * thirds of the memory: `sdkSchemas(import.meta.resolve("@aws-sdk/client-ecs"))`.
 */
export const sdkSchemas = async (packageUrl: string): Promise<object> => {
  readModulesAsWritten();
  const directory = moduleDirectory(packageUrl);
  const [schemas, settings, enumerations] = await Promise.all([
    import(`${directory}schemas/schemas_0.js`),
    import(`${directory}runtimeConfig.shared.js`),
    // A service without enumerations has no such file.
    import(`${directory}models/enums.js`).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ERR_MODULE_NOT_FOUND") return {};
      throw error;
    }),
  ]);
  return { ...enumerations, ...schemas, ...settings };
};
