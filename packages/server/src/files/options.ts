/** The options of the files that users send, and their checks. */

import { FlowError } from '@imflow/core';

/** Where the server keeps the files that users send, and their limits. */
export interface FilesOptions {
  /**
   * The folder of the files, which is created if it does not exist. Nodes that share a store share this folder too, over
   * a file system that renames folders atomically, as local ones and NFS do.
   */
  readonly folder: string;
  /** The largest file in bytes. 1 to 1 099 511 627 776, default 52 428 800. */
  readonly maxFileBytes?: number;
  /**
   * How many bytes the files of one user may take; each file counts 4 096 bytes at least. 1 to 1 125 899 906 842 624,
   * default 1 073 741 824. Nodes that take files of one user at the same moment can exceed it by these files.
   */
  readonly maxUserBytes?: number;
  /**
   * How long a signed address can be used at least, in ms; at most, it is twice as long, so that the same address is
   * used again and browsers find the file in their cache. 60 000 to 86 400 000, default 3 600 000.
   */
  readonly addressLifetime?: number;
  /**
   * An upload of which fewer than 16 384 bytes arrive in this time is ended, in ms. 100 to 600 000, default 30 000. Node
   * itself ends a request after `requestTimeout` of its HTTP server, 300 s by default.
   */
  readonly uploadTimeout?: number;
}

/** Checked options of files. */
export type CheckedFilesOptions = Required<FilesOptions>;

type Ranges = Readonly<
  Record<Exclude<keyof FilesOptions, 'folder'>, readonly [min: number, max: number, preset: number, unit: string]>
>;

const RANGES: Ranges = {
  maxFileBytes: [1, 2 ** 40, 52_428_800, 'bytes'],
  maxUserBytes: [1, 2 ** 50, 1_073_741_824, 'bytes'],
  addressLifetime: [60_000, 86_400_000, 3_600_000, 'ms'],
  uploadTimeout: [100, 600_000, 30_000, 'ms'],
};

/** @throws FlowError `invalid-argument` or `out-of-range` that names the option. */
export function checkFilesOptions(options: FilesOptions): CheckedFilesOptions {
  const { folder } = options;
  if (typeof folder !== 'string' || folder === '') {
    throw new FlowError('invalid-argument', `files.folder is ${JSON.stringify(folder)}, but must name a folder.`);
  }
  const numbers = Object.entries(RANGES).map(([name, [min, max, preset, unit]]) => {
    const value = options[name as keyof Ranges] ?? preset;
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new FlowError(
        'out-of-range',
        `files.${name} is ${String(value)}, but must be a whole number from ${min} to ${max} ${unit}.`,
      );
    }
    return [name, value] as const;
  });
  return { folder, ...(Object.fromEntries(numbers) as Omit<CheckedFilesOptions, 'folder'>) };
}
