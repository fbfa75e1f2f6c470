import type { Translations } from '../settings/translations.ts';
import { type AllPluralForms, createListing, createPlural } from './grammar.ts';

// Arabic has all six forms: none, one, two, 3 to 10, 11 to 99, and hundreds.
const plural: (count: number, forms: AllPluralForms) => string = /* @__PURE__ */ createPlural('ar');
const listing = /* @__PURE__ */ createListing('ar');

const NO_ANSWER = 'لم يصل ردّ في الوقت المحدّد.';
const REASONS: Readonly<Record<number, (name: string) => string>> = {
  401: () => 'يجب تسجيل الدخول أولًا.',
  403: (name) => `لا يمكنك مراسلة ${name}.`,
  404: (name) => `تعذّر العثور على ${name}.`,
  408: () => NO_ANSWER,
  410: (name) => `لم يعد حساب ${name} متاحًا.`,
  413: () => 'الرسالة طويلة جدًا.',
  415: (name) => `لا يمكن عرض هذا النوع من الرسائل لدى ${name}.`,
  480: (name) => `لا يمكن الوصول إلى ${name} الآن.`,
  486: (name) => `حالة ${name} الآن: مشغول.`,
  488: (name) => `لا يمكن عرض هذا النوع من الرسائل لدى ${name}.`,
  503: () => 'الخدمة مزدحمة حاليًا.',
  504: () => NO_ANSWER,
  600: (name) => `حالة ${name} الآن: مشغول.`,
  603: (name) => `رُفضت الرسالة من جانب ${name}.`,
  604: (name) => `تعذّر العثور على ${name}.`,
  606: (name) => `لم تُقبل هذه الرسالة لدى ${name}.`,
};

function typing(names: readonly string[], shown: string): string {
  return plural(names.length, {
    zero: '',
    one: `${listing(names)} يكتب`,
    two: `${listing(names)} يكتبان`,
    few: `${shown} أشخاص يكتبون`,
    many: `${shown} شخصًا يكتبون`,
    other: `${shown} شخص يكتبون`,
  });
}

function newMessages(count: number, shown: string): string {
  return plural(count, {
    zero: 'لا رسائل جديدة',
    one: 'رسالة جديدة',
    two: 'رسالتان جديدتان',
    few: `${shown} رسائل جديدة`,
    many: `${shown} رسالة جديدة`,
    other: `${shown} رسالة جديدة`,
  });
}

/** The words in Arabic, which runs from right to left. */
export const ar: Translations = {
  locale: 'ar',
  conversation: (name) => `المحادثة مع ${name}`,
  conversations: 'المحادثات',
  noConversations: 'لا توجد محادثات بعد.',
  message: (name) => `رسالة إلى ${name}`,
  send: 'إرسال',
  retry: 'إعادة الإرسال',
  delete: 'حذف',
  joined: (label, detail) => `${label}، ${detail}`,
  failure: (status, reason) => (reason ? `${status}. ${reason}` : status),
  ticks: {
    waiting: 'في انتظار الإرسال',
    sending: 'جارٍ الإرسال',
    sent: 'تم الإرسال',
    delivered: 'تم التسليم',
    read: 'تمت القراءة',
    undeliverable: 'تعذّر التسليم',
    unconfirmed: 'لم يتم التأكيد',
    failed: 'لم يتم الإرسال',
  },
  reason: (code = 0, name) => REASONS[code]?.(name) ?? (code >= 500 && code < 600 ? 'حدثت مشكلة في الخدمة.' : ''),
  typing: (names, shown) => `${typing(names, shown)}…`,
  youSaid: 'رسالتك:',
  said: (name) => `رسالة من ${name}:`,
  today: 'اليوم',
  yesterday: 'أمس',
  unread: 'رسائل جديدة',
  newMessages,
  jumpToLatest: 'الانتقال إلى أحدث رسالة',
  scrollToUnread: 'الانتقال إلى أول رسالة جديدة',
  loadingOlder: 'جارٍ تحميل الرسائل السابقة…',
  olderFailed: 'تعذّر تحميل الرسائل السابقة.',
  tryAgain: 'إعادة المحاولة',
  beginning: (name) => `هذه بداية محادثتك مع ${name}.`,
  empty: 'لا توجد رسائل بعد. ما رأيك بإلقاء التحية؟',
  encrypted: 'رسالة مشفّرة لا يستطيع هذا التطبيق قراءتها.',
  unsupported: (contentType) => `لا يمكن عرض هذه الرسالة هنا (${contentType}).`,
  connecting: 'جارٍ الاتصال…',
  reconnecting: 'جارٍ إعادة الاتصال…',
  offline: 'لا يوجد اتصال',
  reconnected: 'عاد الاتصال',
  sendLater: 'لا يوجد اتصال. ستُرسَل الرسائل لاحقًا.',
  ended: 'انتهت هذه المحادثة.',
  tooLong: (over, shown) =>
    plural(over, {
      zero: 'طول الرسالة ضمن المسموح.',
      one: 'الرسالة أطول من المسموح بحرف واحد.',
      two: 'الرسالة أطول من المسموح بحرفين.',
      few: `الرسالة أطول من المسموح بمقدار ${shown} أحرف.`,
      many: `الرسالة أطول من المسموح بمقدار ${shown} حرفًا.`,
      other: `الرسالة أطول من المسموح بمقدار ${shown} حرف.`,
    }),
  cannotSend: 'لا يمكن إرسال هذه الرسالة.',
  noFiles: 'لا يمكن إرسال الملفات هنا.',
  notStarted: 'لم تبدأ هذه المحادثة.',
  outdated: 'هذه الصفحة قديمة. أعد تحميلها.',
  signedOut: 'لم يعد الخادم يقبل تسجيل دخولك. انتهت هذه المحادثة.',
  connectionClosed: 'أُغلق الاتصال. انتهت هذه المحادثة.',
  available: 'متصل الآن',
  unavailable: 'غير متصل',
  announce: {
    message: (name, text) => `${name}: ${text}`,
    messages: (count, shown, name) => `${newMessages(count, shown)} من ${name}`,
    typing,
    offline: 'لا يوجد اتصال. ستُرسَل الرسائل لاحقًا.',
    reconnected: 'عاد الاتصال.',
    failed: 'لم يتم إرسال الرسالة.',
    failedRetry: 'لم يتم إرسال الرسالة. يمكن إعادة إرسالها.',
    unconfirmed: 'لم يتم تأكيد رسالتك. ربما وصلت. يمكن إعادة إرسالها.',
    undeliverable: 'تعذّر تسليم رسالتك.',
  },
  file: (kind, size) => `${kind}، ${size}`,
  kinds: { image: 'صورة', audio: 'مقطع صوتي', video: 'فيديو', text: 'نص', file: 'ملف' },
  download: 'تنزيل',
  showMore: 'عرض المزيد',
  showLess: 'عرض أقل',
  facts: 'تفاصيل الرسالة',
  queued: 'أُضيفت إلى قائمة الإرسال',
  unknownTime: 'الوقت غير معروف',
  mayHaveArrived: 'لم يصل ردّ في الوقت المحدّد. ربما وصلت الرسالة، ويمكن إعادة إرسالها بأمان.',
  cancel: 'إلغاء الإرسال',
  refused: (code) => `رُفضت الرسالة (الرمز ${code}).`,
};
