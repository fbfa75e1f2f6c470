/** What shows files needs of the engine. Nothing of it is loaded by an application that does not import it. */

export { type FileContent, parseFile } from '@imflow/core/files';
