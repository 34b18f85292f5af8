/** Whether a registry, with or without a port, is on this machine by its name alone. */
export const isLoopback = (registry: string): boolean => {
  const name = registry.replace(/:\d+$/, "");
  return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
};
