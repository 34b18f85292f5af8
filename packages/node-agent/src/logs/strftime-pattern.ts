const months = "January|February|March|April|May|June|July|August|September|October|November|December";
const weekdays = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday";
const short = (names: string): string =>
  names
    .split("|")
    .map((name) => name.slice(0, 3))
    .join("|");

/** https://docs.docker.com/engine/logging/drivers/awslogs/#awslogs-datetime-format */
const directives: Readonly<Record<string, string>> = {
  A: `(?:${weekdays})`,
  a: `(?:${short(weekdays)})`,
  B: `(?:${months})`,
  b: `(?:${short(months)})`,
  d: "(?:0[1-9]|[12][0-9]|3[01])",
  f: "[0-9]{1,9}",
  H: "(?:[01][0-9]|2[0-4])",
  I: "(?:0[1-9]|1[0-2])",
  j: "[0-3][0-9][0-9]",
  L: "\\.?[0-9]{3}",
  M: "[0-5][0-9]",
  m: "(?:0[1-9]|1[0-2])",
  p: "[AP]M",
  S: "(?:[0-5][0-9]|60)",
  w: "[0-6]",
  Y: "[0-9]{4}",
  y: "[0-9]{2}",
  Z: "[A-Z]{1,5}",
  z: "[+-][0-9]{4}",
  "%": "%",
};

/**
 * The regular expression of a strftime format. What is no directive stands as it is, as in Docker: brackets are
 * escaped. Throws RangeError for a directive that is not known.
 */
export const strftimePattern = (format: string): string => {
  let pattern = "";
  for (let at = 0; at < format.length; at++) {
    const character = format.charAt(at);
    if (character !== "%") {
      pattern += character;
      continue;
    }
    const directive = directives[format.charAt(++at)];
    if (directive === undefined) throw new RangeError(`%${format.charAt(at)} is not supported in a datetime format`);
    pattern += directive;
  }
  return pattern;
};
