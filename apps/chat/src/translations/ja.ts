import { type AppWords, nameIn } from './translations.ts';

export { ja as chat } from '@imflow/ui/translations/ja';

const named = nameIn('ltr');

export const app: AppWords = {
  tagline: '入力中の表示も配信の印も、決してうそをつきません。接続を切って確かめてください。',
  phoneOf: (name) => `${named(name)}の電話`,
  openTab: (name) => `${named(name)}を新しいタブで開く`,
  settings: {
    open: '設定',
    language: '言語',
    brightness: '明るさ',
    system: 'システム',
    light: 'ライト',
    dark: 'ダーク',
    theme: '配色',
    plain: '空',
    meadow: '草原',
    ink: '墨',
    failed: 'この言語を読み込めませんでした。接続を確認してください。',
  },
  views: {
    label: '表示するもの',
    network: 'ネットワーク',
    unread: (shown) => `未読${shown}件`,
  },
  network: {
    title: '二人の間のネットワーク',
    connected: '接続',
    delay: '遅延',
    loss: '損失',
    lost: (shown) => `これまでの損失: ${shown}件`,
    repair: '元に戻す',
    startOver: '最初から',
    about: 'それぞれの働き',
    aboutConnected: '接続がない間、書いたものは待機し、接続が戻ると自動で送信されます。',
    aboutDelay: 'この人の側で、片道にかかる時間です。',
    aboutLoss: (seconds) =>
      `消える割合です。メッセージも入力中の表示も印も同じように消えます。${seconds}秒間応答がないと「未確認」になります。再送しても二重に表示されることはありません。`,
    several: 'または、1つの接続でAnaのいくつもの会話を見てみましょう。',
    openSeveral: 'いくつもの会話',
    tabs: 'または、それぞれに専用のタブを開けば、再読み込みしてもメッセージが残ります。',
    open: (name) => `${named(name)}を開く`,
    server: 'または、XMPP、SIP、WebSocketのサーバーを通して話してみましょう。',
  },
  conversations: {
    title: '会話',
    back: '会話の一覧に戻る',
    choose: '会話を選んでください。',
    notify: '通知をオンにする',
    talkTo: '話したい相手のアドレス',
    begin: '始める',
    said: {
      hello: 'こんにちは、Anaさん！私に書いてから、ほかの人にも書いてみてください。私は続けますよ。',
      answers: [
        'お便りうれしいです！',
        'もっと聞かせてください。',
        'え、本当ですか？',
        'それは考えてみないと。',
        'ではまた！',
      ],
      headline: (count, time) => `ニュース${count}：${time}から何も起きていません。`,
    },
  },
  conversation: {
    title: (me, remote) => `${named(me)}と${named(remote)}`,
    heading: (me, remote) => `${named(me)}と${named(remote)}の会話`,
    youAre: (name) => `あなたは${named(name)}です`,
    find: '会話内を検索',
    sayHello: (me, remote) => `${named(me)}さん、${named(remote)}さんにあいさつしましょう`,
    elsewhere: (remote) =>
      `${named(remote)}さんは、このブラウザーの別のタブにいます。サーバーもアカウントも使わず、何も外へ出ません。そのタブが閉じている間に書いたものは、開くまで待機します。`,
    nothingYet: 'まだ何も書かれていません。',
    notKept: 'メッセージは保存されません。チャットは使えますが、再読み込みすると消えます。',
    noRoom: 'ブラウザーの空き容量がありません。容量を空けてください。',
    newerDatabase: 'このページの新しい版が保存したものです。再読み込みしてください。',
    noDatabase: 'このページではデータベースを使えません。プライベートウィンドウか、設定で禁止されています。',
    closed: '接続がなくなりました。もう一度接続するには、ページを再読み込みしてください。',
    signInAgain: 'もう一度サインイン',
  },
  server: {
    title: '別の端末からチャット',
    about:
      '二つのブラウザー、二つの端末、または二人で、それぞれ名前を入れて始めます。メッセージはこのコンピューターに保存されます。',
    yourName: 'あなたの名前',
    start: 'チャットを始める',
    starting: 'サーバーを起動しています…',
    failed: 'サーバーを起動できませんでした。理由は、起動したウィンドウに表示されています。',
    addresses: '同じネットワークの端末からは次を開きます：',
    qrCode: (address) => `${address} のQRコード`,
  },
  connect: {
    title: 'サーバーに接続',
    protocol: 'プロトコル',
    server: 'サーバー',
    address: 'アドレス',
    password: 'パスワード',
    talkTo: '話す相手',
    connect: '接続する',
    connecting: '接続しています…',
    problems: {
      invalid: (server, address) => `サーバーは${server}、アドレスは${address}のように書いてください。`,
      yourself: (address) => `「話す相手」には、${address}のように、ほかの人のアドレスを書いてください。`,
      unreachable: 'サーバーに接続できません。',
      unreachableOrUntrusted:
        'サーバーに接続できません。サーバーが存在しないか、その証明書がこのブラウザーで信頼されていません。',
      foreign: 'このアドレスには応答がありますが、このプロトコルのWebSocketではありません。パスは正しいですか？',
      noAnswer: 'サーバーが応答しません。',
      ended: 'サーバーが接続を終了しました。しばらくしてからもう一度お試しください。',
      refused: 'サーバーにサインインできません。',
      unknown: '接続できませんでした。',
    },
  },
  nowhere: {
    title: 'ここに会話はありません',
    missing: {
      me: 'このページのアドレスには、あなたが誰かが書かれていません（「me」がありません）。',
      with: 'このページのアドレスには、話す相手が書かれていません（「with」がありません）。',
    },
    tooLong: (parameter, shown, most) => `「${parameter}」は${shown}文字です。${most}文字まで使えます。`,
    characters: (parameter) =>
      `「${parameter}」に使えるのは文字、数字、. _ @ + - だけで、最初は文字か数字でなければなりません。`,
    yourself: '自分自身とは話せません。「me」と「with」は別の人でなければなりません。',
    better: '正しいアドレスには二人の名前があります。',
    talksWith: (me, remote) => `${me}が${remote}と話す`,
    inSecondTab: (me, remote) => `${me}が${remote}と話す（2つ目のタブ）`,
    both: '二人を1つのページで',
  },
  broken: {
    title: 'このページは動かなくなりました',
    about:
      '原因はこちらにあり、あなたのせいではありません。このブラウザーに保存されたメッセージは無事です。ページを再読み込みすると直るかもしれません。',
    again: '再読み込み',
    what: '起きたこと',
  },
};
