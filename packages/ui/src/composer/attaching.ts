/** The code that handles attached files, as one module that is loaded on demand. */

export { AttachButton } from './AttachButton.tsx';
export { AttachmentTray } from './AttachmentTray.tsx';
export { attach, attachedTo, sendAttachments, watchAttachments } from './attachments.ts';
