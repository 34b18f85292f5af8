const proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];

/**
 * Whether Node sends this process's requests to a proxy. https://nodejs.org/docs/latest-v24.x/api/http.html
 * (built-in proxy support)
 */
export const goesByProxy = (
  environment: Readonly<Record<string, string | undefined>>,
  nodeArguments: readonly string[],
): boolean => {
  const isTold =
    environment.NODE_USE_ENV_PROXY === "1" ||
    nodeArguments.includes("--use-env-proxy") ||
    /(?:^|\s)--use-env-proxy(?:\s|$)/.test(environment.NODE_OPTIONS ?? "");
  return isTold && proxies.some((name) => (environment[name] ?? "") !== "");
};
