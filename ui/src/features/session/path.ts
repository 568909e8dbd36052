// Names of vault folders: `NAME.vault`, joined with the separator of the folder's system.
const separatorOf = (path: string) => (path.includes("\\") && !path.includes("/") ? "\\" : "/");

export function vaultPath(folder: string, name: string): string {
  const separator = separatorOf(folder);
  return `${folder.endsWith(separator) ? folder.slice(0, -1) : folder}${separator}${name}.vault`;
}

/** Returns the name of a vault: "/home/ana/team.vault" → "team". */
export function vaultNameOf(path: string): string {
  const last = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  return last.replace(/\.vault$/i, "");
}
