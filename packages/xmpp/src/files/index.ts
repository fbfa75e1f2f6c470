/** Files over XMPP. Nothing of it is loaded by an application that does not import it. */

export { createXmppUploader, type XmppUploaderOptions } from './xmppUploader.ts';
