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
  },
};
