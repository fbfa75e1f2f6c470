/** The translations of this application, in one language. Those of the components are in `@imflow/ui`. */
export interface AppWords {
  readonly tagline: string;
  readonly phoneOf: (name: string) => string;
  readonly openTab: (name: string) => string;
  readonly settings: {
    readonly open: string;
    readonly language: string;
    readonly brightness: string;
    readonly system: string;
    readonly light: string;
    readonly dark: string;
    readonly theme: string;
    readonly plain: string;
    readonly meadow: string;
    readonly ink: string;
    /** The send delay. */
    readonly undoSend: string;
    readonly off: string;
    /** A language could not be loaded. */
    readonly failed: string;
  };
  /** The views of a narrow window. */
  readonly views: {
    readonly label: string;
    readonly network: string;
    readonly unread: (shown: string) => string;
  };
  readonly network: {
    readonly title: string;
    readonly connected: string;
    readonly delay: string;
    readonly loss: string;
    readonly lost: (shown: string) => string;
    readonly repair: string;
    readonly startOver: string;
    /** Shows what can be done to the network. */
    readonly about: string;
    readonly aboutConnected: string;
    readonly aboutDelay: string;
    readonly aboutLoss: (seconds: string) => string;
    readonly several: string;
    readonly openSeveral: string;
    readonly tabs: string;
    readonly open: (name: string) => string;
    readonly server: string;
  };
  /** Several conversations, side by side or one after the other. */
  readonly conversations: {
    readonly title: string;
    /** The link to the start page. */
    readonly home: string;
    readonly back: string;
    readonly choose: string;
    /** Asks whether messages may be shown by the system. */
    readonly notify: string;
    readonly talkTo: string;
    readonly begin: string;
    /** The texts of the simulated participants. */
    readonly said: {
      readonly hello: string;
      /** The answers are sent one after the other, and then from the beginning. */
      readonly answers: readonly string[];
      readonly headline: (count: string, time: string) => string;
    };
  };
  readonly conversation: {
    readonly title: (me: string, remote: string) => string;
    readonly heading: (me: string, remote: string) => string;
    readonly youAre: (name: string) => string;
    /** The button that opens the search in the conversation. */
    readonly find: string;
    readonly sayHello: (me: string, remote: string) => string;
    readonly elsewhere: (remote: string) => string;
    readonly nothingYet: string;
    readonly notKept: string;
    /** The reasons why messages are not stored. */
    readonly noRoom: string;
    readonly newerDatabase: string;
    readonly noDatabase: string;
    /** The connection is closed permanently. */
    readonly closed: string;
    /** A button, once the connection is closed permanently. */
    readonly signInAgain: string;
  };
  /** The sign-in page of the server that serves the page. */
  readonly server: {
    readonly title: string;
    readonly about: string;
    readonly yourName: string;
    readonly start: string;
    /** The server takes some seconds until it answers. */
    readonly starting: string;
    readonly failed: string;
    /** The addresses of this page for other devices in the local network. */
    readonly addresses: string;
    readonly qrCode: (address: string) => string;
  };
  /** Signing in at a server. */
  readonly connect: {
    readonly title: string;
    readonly protocol: string;
    readonly server: string;
    readonly address: string;
    readonly password: string;
    readonly talkTo: string;
    readonly connect: string;
    readonly connecting: string;
    readonly problems: {
      /** The required forms of server and address. */
      readonly invalidServer: (example: string) => string;
      readonly invalidAddress: (example: string) => string;
      readonly yourself: (address: string) => string;
      readonly unreachable: string;
      readonly unreachableOrUntrusted: string;
      /** A server answers at the address, but not with this protocol. */
      readonly foreign: string;
      readonly noAnswer: string;
      readonly ended: string;
      readonly refused: string;
      readonly unknown: string;
    };
  };
  /** The address of the page names no conversation. */
  readonly nowhere: {
    readonly title: string;
    /** The path of the address is that of no page. */
    readonly path: string;
    readonly missing: Readonly<Record<'me' | 'with', string>>;
    readonly tooLong: (parameter: string, shown: string, most: string) => string;
    readonly characters: (parameter: string) => string;
    readonly yourself: string;
    readonly better: string;
    readonly talksWith: (me: string, remote: string) => string;
    readonly inSecondTab: (me: string, remote: string) => string;
    readonly both: string;
  };
  /** A page threw an error while rendering. */
  readonly broken: {
    readonly title: string;
    readonly about: string;
    readonly again: string;
    readonly what: string;
  };
}

const RIGHT_TO_LEFT = String.raw`\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}`;
const OTHER_WAY = {
  ltr: new RegExp(`[${RIGHT_TO_LEFT}]`, 'u'),
  rtl: new RegExp(String.raw`(?![${RIGHT_TO_LEFT}])[\p{L}\p{N}]`, 'u'),
};

/** Isolates a name in a sentence of the opposite direction, by Unicode isolates (UAX 9). */
export function nameIn(direction: 'ltr' | 'rtl'): (name: string) => string {
  return (name) => (OTHER_WAY[direction].test(name) ? `\u2068${name}\u2069` : name);
}
