/** Files: how a flow sends and receives them. Nothing of it is loaded by an application that does not import it. */

export { cleanFileName, type FileContent, parseFile } from './fileContent.ts';
