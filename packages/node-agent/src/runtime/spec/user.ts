export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly home: string;
}

class UnknownUserError extends Error {
  override readonly name = "UnknownUserError";
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const lines = (text: string): readonly (readonly string[])[] =>
  text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));

const largest = 2 ** 31 - 1;
const number = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= largest ? value : undefined;
};

const parsePasswd = (text: string): readonly PasswdEntry[] =>
  lines(text).flatMap(([name = "", , uid, gid, , home = ""]) => {
    const entry = { uid: number(uid), gid: number(gid) };
    return entry.uid === undefined || entry.gid === undefined ? [] : [{ name, uid: entry.uid, gid: entry.gid, home }];
  });

const parseGroup = (text: string): readonly GroupEntry[] =>
  lines(text).flatMap(([name = "", , gid, members = ""]) => {
    const id = number(gid);
    return id === undefined ? [] : [{ name, gid: id, members: members.split(",").filter(Boolean) }];
  });

/**
 * Finds `user`, `uid`, `user:group`, `uid:gid` and their mixtures in an image's /etc/passwd and /etc/group as
 * Docker does: without a group, the user's own and those that list the user; a number need not be listed.
 * Throws UnknownUserError.
 */
export const resolveUser = (user: string, passwdText: string, groupText: string): ResolvedUser => {
  const [userPart = "", groupPart] = user.split(":", 2);
  const passwd = parsePasswd(passwdText);
  const groups = parseGroup(groupText);
  const wanted = userPart === "" ? "0" : userPart;
  const entry =
    passwd.find((candidate) => candidate.name === wanted) ??
    passwd.find((candidate) => candidate.uid === number(wanted));
  const uid = entry?.uid ?? number(wanted);
  if (uid === undefined)
    throw new UnknownUserError(`unable to find user ${wanted.slice(0, 100)}: no matching entries in passwd file`);
  const home = entry?.home || "/";
  if (groupPart !== undefined && groupPart !== "") {
    const gid = groups.find((group) => group.name === groupPart)?.gid ?? number(groupPart);
    if (gid === undefined)
      throw new UnknownUserError(`unable to find group ${groupPart.slice(0, 100)}: no matching entries in group file`);
    return { uid, gid, additionalGids: [], home };
  }
  const gid = entry?.gid ?? 0;
  const listed = entry === undefined ? [] : groups.filter((group) => group.members.includes(entry.name));
  return { uid, gid, additionalGids: [...new Set(listed.map((group) => group.gid))].filter((id) => id !== gid), home };
};
