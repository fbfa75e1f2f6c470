/**
 * Whether a file is of one of the types in a list as in the attribute `accept` of `<input type="file">` (HTML, "File
 * Upload state"): `image/*`, `application/pdf`, `.docx`. An empty list accepts all.
 */
export function isAccepted(file: Blob, accept: string): boolean {
  const types = accept
    .split(',')
    .map((type) => type.trim().toLowerCase())
    .filter((type) => type !== '');
  const name = ((file as Partial<File>).name ?? '').toLowerCase();
  const type = file.type.toLowerCase();
  return types.length === 0 || types.some((wanted) => fits(wanted, name, type));
}

function fits(wanted: string, name: string, type: string): boolean {
  if (wanted.startsWith('.')) return name.endsWith(wanted);
  if (wanted === '*/*') return true;
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
