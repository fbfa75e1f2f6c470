/** The parts of the engine that file components need. An application that does not import them does not load them. */

export { type FileContent, parseFile } from '@imflow/core/files';
