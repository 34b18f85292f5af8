/** In which order resolvers try a name with `ndots:1`: one with a dot as it is first. */
export const nameCandidates = (host: string, searchDomains: readonly string[]): readonly string[] => {
  if (host.endsWith(".")) return [host];
  const searched = searchDomains.map((domain) => `${host}.${domain}`);
  return host.includes(".") ? [host, ...searched] : [...searched, host];
};
