import { type AppWords, nameIn } from './words.ts';

export { ar as chat } from '@imflow/ui/words/ar';

const named = nameIn('rtl');

export const app: AppWords = {
  tagline: 'مؤشرات كتابة وعلامات تسليم لا تكذب أبدًا. اقطع الاتصال وانظر بنفسك.',
  phoneOf: (name) => `هاتف ${named(name)}`,
  openTab: (name) => `فتح ${named(name)} في علامة تبويب جديدة`,
  settings: {
    open: 'الإعدادات',
    language: 'اللغة',
    brightness: 'السطوع',
    system: 'النظام',
    light: 'فاتح',
    dark: 'داكن',
    theme: 'الألوان',
    plain: 'سماء',
    meadow: 'مرج',
    ink: 'حبر',
    failed: 'تعذّر تحميل هذه اللغة. هل يوجد اتصال؟',
  },
  views: {
    label: 'ما يُعرض',
    network: 'الشبكة',
    unread: (shown) => `غير مقروء: ${shown}`,
  },
  network: {
    title: 'الشبكة بينهما',
    connected: 'متصل',
    delay: 'التأخير',
    loss: 'الفقد',
    lost: (shown) => `المفقود حتى الآن: ${shown}`,
    repair: 'إصلاح',
    startOver: 'البدء من جديد',
    aboutConnected: 'من دون اتصال ينتظر ما تكتبه، ثم يُرسَل تلقائيًا عند عودة الاتصال.',
    aboutDelay: 'المدة التي يستغرقها كل شيء عند هذا الطرف، في كل اتجاه.',
    aboutLoss: (seconds) =>
      `مقدار ما يختفي: الرسائل والكتابة والعلامات على السواء. إذا مضت ${seconds} ثوانٍ بلا ردّ تصبح الرسالة «لم يتم الإرسال». وعند إعادة إرسالها لا تظهر مرتين أبدًا.`,
    several: `أو شاهد عدّة محادثات لـ ${named('Ana')} عبر اتصال واحد:`,
    openSeveral: 'عدّة محادثات',
    tabs: 'أو امنح كلًّا منهما علامة تبويب خاصة تبقى فيها الرسائل بعد إعادة التحميل:',
    open: (name) => `فتح ${named(name)}`,
  },
  conversations: {
    title: 'المحادثات',
    back: 'العودة إلى المحادثات',
    choose: 'اختر محادثة.',
    talkTo: 'تحدّث مع شخص: عنوانه',
    begin: 'ابدأ',
    said: {
      hello: 'مرحبًا Ana! اكتبي لي، ثم لشخص آخر: سأواصل.',
      answers: ['سعيد بسماع أخبارك!', 'أخبريني المزيد.', 'حقًا؟', 'عليّ أن أفكّر في ذلك.', 'إلى اللقاء!'],
      headline: (count, time) => `خبر ${count}: لم يحدث شيء منذ ${time}.`,
    },
  },
  conversation: {
    title: (me, remote) => `${named(me)} مع ${named(remote)}`,
    heading: (me, remote) => `محادثة ${named(me)} مع ${named(remote)}`,
    youAre: (name) => `أنت ${named(name)}`,
    sayHello: (me, remote) => `${named(me)}، ألقِ التحية على ${named(remote)}`,
    elsewhere: (remote) =>
      `${named(remote)} في علامة تبويب أخرى من هذا المتصفح. لا شيء يغادره: لا خادم ولا حساب. وما تكتبه والعلامة مغلقة ينتظر فتحها.`,
    nothingYet: 'لم يُكتب شيء بعد.',
    notKept: 'لا تُحفظ الرسائل: المحادثة تعمل، لكن إعادة التحميل تمحوها.',
    noRoom: 'لم تبقَ مساحة في المتصفح: حرّر بعض المساحة.',
    newerDatabase: 'خزّنها إصدار أحدث من هذه الصفحة: أعد تحميلها.',
    noDatabase: 'لا يتيح المتصفح قاعدة بيانات لهذه الصفحة: نافذة خاصة، أو إعداد يمنع ذلك.',
    closed: 'لم يعد هناك اتصال. أعد تحميل الصفحة لإنشاء اتصال جديد.',
  },
  connect: {
    title: 'الاتصال بخادم',
    protocol: 'البروتوكول',
    server: 'الخادم',
    address: 'العنوان',
    password: 'كلمة المرور',
    talkTo: 'التحدّث مع',
    connect: 'اتصال',
    connecting: 'جارٍ الاتصال…',
    problems: {
      invalid: (server, address) => `يجب أن يُكتب الخادم مثل ${named(server)}، والعنوان مثل ${named(address)}.`,
      yourself: (address) => `يجب أن يكون «التحدّث مع» شخصًا آخر: عنوانه، مثل ${named(address)}.`,
      unreachable: 'تعذّر الوصول إلى الخادم.',
      unreachableOrUntrusted: 'تعذّر الوصول إلى الخادم: إمّا أنه غير موجود، أو أن هذا المتصفح لا يثق بشهادته.',
      foreign: 'يوجد ما يردّ على هذا العنوان، لكنه ليس WebSocket لهذا البروتوكول. هل المسار صحيح؟',
      noAnswer: 'الخادم لا يردّ.',
      ended: 'أنهى الخادم الاتصال. حاول مرة أخرى بعد قليل.',
      refused: 'لا يسمح لك الخادم بالدخول.',
      unknown: 'تعذّر إجراء الاتصال.',
    },
  },
  nowhere: {
    title: 'لا توجد محادثة هنا',
    missing: {
      me: `لا يذكر عنوان هذه الصفحة من أنت: ينقصه «${named('me')}».`,
      with: `لا يذكر عنوان هذه الصفحة مع من تتحدّث: ينقصه «${named('with')}».`,
    },
    tooLong: (parameter, shown, most) => `عدد أحرف «${named(parameter)}» هو ${shown}، والحد الأقصى ${most}.`,
    characters: (parameter) =>
      `لا يجوز أن يحتوي «${named(parameter)}» إلا على حروف وأرقام و\u2066. _ @ + -\u2069، ويجب أن يبدأ بحرف أو رقم.`,
    yourself: `لا يمكنك التحدّث مع نفسك: يجب أن يكون «${named('me')}» و«${named('with')}» شخصين مختلفين.`,
    better: 'العنوان الصحيح يذكر شخصين:',
    talksWith: (me, remote) => `${named(me)} مع ${named(remote)}`,
    inSecondTab: (me, remote) => `${named(me)} مع ${named(remote)}، في علامة تبويب ثانية`,
    both: 'كلاهما في صفحة واحدة',
  },
  broken: {
    title: 'توقّفت هذه الصفحة عن العمل',
    about: 'الخطأ منّا وليس منك. الرسائل التي خزّنها هذا المتصفح في أمان، وقد تفيد إعادة تحميل الصفحة.',
    again: 'إعادة التحميل',
    what: 'ما الذي حدث',
  },
};
