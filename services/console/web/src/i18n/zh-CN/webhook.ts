/** Words of 接口推送 and of calls that ring. */
export const webhooks = {
  lead: '预定或客人有变化时，系统主动告诉收银厂商的服务器。内容只有编号、日期和状态，没有姓名和号码。',
  new: '新推送地址', newTitle: '新推送地址', editTitle: '修改“{{label}}”', make: '创建', save: '保存',
  label: '用途', labelHint: '例如 友谊店 收银', url: '推送地址', urlHint: 'https://pos.example.com/changke', urlHelp: '公网上的 https 地址；收到后 10 秒内答 2xx 就算送达。', events: '推送什么', stores: '哪些门店', allStores: '全部门店', allStoresHelp: '一个都不选就是全部门店，以后新开的店也算。',
  types: { booking: '预定有变化', vip: '客人成为 VIP', public: '客人转为公共客户', blacklisted: '客人列入黑名单', ping: '测试' },
  needLabel: '请写用途', needUrl: '请填公网上的 https 地址', needEvents: '请至少选一项',
  state: '状态', active: '推送中', disabled: '已停用', failed: '多日失败，已自动停用', failing: '{{time}} 起一直失败', accepted: '最近送达', never: '还没有送达过',
  secrets: '两个签名密钥并用，旧的到 {{time}} 为止',
  ping: '测试', pinged: '测试已发出，结果见推送记录。', enable: '启用', disable: '停用', disableTitle: '停用“{{label}}”？', disableText: '停用期间发生的事不会补推，等待重试的也不再推送。', rotate: '更换签名密钥', edit: '修改', log: '推送记录',
  rotateTitle: '更换“{{label}}”的签名密钥', rotateText: '生成新密钥。下面的天数内每次推送同时用新旧两个密钥签名，对方可以从容更换。', overlap: '旧密钥再用', rotateGo: '生成新密钥', needOverlap: '0 到 30 天',
  made: '推送地址已创建', rotated: '签名密钥已更换', secretNote: '把它交给厂商，用来核对推送确实来自常客（Standard Webhooks）。',
  empty: '还没有推送地址', emptyText: '收银厂商需要实时知道预定和客人的变化时，在这里登记他们的地址。',
  logOf: '“{{label}}”的推送记录', logLead: '保留 35 天。没有送达的会在三天内重试 10 次。', onlyOpen: '只看没送达的', all: '全部',
  logEmpty: '没有推送记录', logEmptyText: '有事发生，或者点“测试”，这里就会出现。', openEmpty: '都送达了', event: '事件', when: '发生时间', result: '结果', tries: '尝试', next: '下次 {{time}}', body: '内容', replay: '重新推送', replayed: '已重新推送。', againBy: '{{name}} {{time}} 重新推送', again: '{{time}} 手工重新推送', repeats: '原推送 {{time}}',
  delivered: '已送达', pending: '等待重试', waiting: '等待发送', gone: '没有送达', status: '对方答 {{status}}', took: '{{ms}} 毫秒', refresh: '刷新',
  errors: { timeout: '对方 10 秒内没有回答', refused: '对方拒绝连接', not_public: '地址不在公网上', tls: '对方的证书不可用', dns: '找不到这个域名', unreachable: '连不上对方' }, noTry: '还没有尝试', back: '接口推送',
}

export const calls = { title: '来电', withheld: '对方未显示号码', unknown: '没有档案的号码', blacklisted: '黑名单', public: '公共客户', referrer: '推荐人 {{name}}', line: '分机 {{line}}', open: '打开档案', close: '收起来电' }
