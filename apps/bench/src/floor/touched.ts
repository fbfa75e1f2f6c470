/** The rows that the floor has built or changed, for the counting run. */
export const touched = { rows: 0 };
