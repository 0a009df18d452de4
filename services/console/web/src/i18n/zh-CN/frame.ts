export const app = {
  name: '常客',
  menu: '菜单',
  skip: '跳到正文',
  store: '门店',
  allStores: '全部门店',
  logout: '退出登录',
  loading: '正在加载',
  retry: '再试一次',
  close: '关闭',
  cancel: '取消',
  back: '返回',
  more: '显示更多',
  columns: '显示的列',
  lost: '没有这个页面',
  lostText: '地址可能写错了，或者页面已经搬走。',
}

export const menu = {
  today: '今日',
  customers: '客户',
  newFile: '建档',
  reviews: '审核',
  bookings: '预定',
  messages: '短信',
  board: '看板',
  runs: '任务',
  rules: '规则',
  staff: '员工',
  keys: '接口密钥', audit: '审计',
  delegations: '代理',
  more: '更多',
  groups: { daily: '门店日常', office: '总部', setup: '设置' },
}

export const login = {
  title: '登录',
  lead: '用工号或本人手机号登录。',
  poem: '一壶茶\n一位常客',
  expired: '请先登录，登录后打开您要看的页面。',
  chain: '企业代码',
  chainHint: '例如 demo',
  login: '工号或手机号',
  loginHint: '例如 E0001',
  password: '密码',
  enter: '登录',
  forgot: '忘记密码？请联系企业管理员。',
  need: { tenantCode: '请填企业代码', login: '请填工号或手机号', password: '请填密码' },
}

export const time = {
  lastDay: '最后一天',
  left: { days: '还剩 {{count}} 天', hours: '还剩 {{count}} 小时', minutes: '还剩 {{count}} 分钟' },
  over: { days: '已超 {{count}} 天', hours: '已超 {{count}} 小时', minutes: '已超 {{count}} 分钟' },
}

export const meal = { lunch: '午市', tea: '茶市', dinner: '晚市', supper: '夜市' }

export const today = {
  hello: '今日',
  month: '我的{{month}}',
  mine: '位客户',
  visits: '次消费归我',
  needs: '需要处理',
  reviewsLate: '份档案审核超时',
  reviews: '份档案待审核',
  atRisk: '位客户即将转为公共',
  urgent: '{{count}} 位三天内',
  drafts: '份我的未完成档案',
  released: '位客户近七天转为公共',
  clear: '都处理完了',
  clearText: '没有到期的审核，没有即将流失的客户。新的事情会自动出现在这里。',
  toCustomers: '看看客户',
  atRiskTitle: '即将转为公共的客户',
  atRiskHint: '来一次消费就重新计时',
  firstOf: '共 {{total}} 位，先列最急的 {{shown}} 位',
  lastVisit: '上次 {{date}}',
  noVisit: '建档后没来过',
  vips: '今日 VIP 预定',
  allBookings: '全部 {{count}} 桌',
  noVips: '今天还没有 VIP 预定',
  noVipsText: '客人来电时，在“预定”里登记并发通知，消费才归推荐人。',
}

export const forbidden = {
  title: '没有权限',
  need: '打开这个页面需要“{{right}}”权限',
  who: '权限随岗位而来。请找本企业的企业管理员，或请本店客服经理代为申请。',
  home: '回到今日',
}

export const rights = {
  delegation_read: '查看他人委托',
  delegation_write: '指定代理人',
  store_read: '查看门店',
  rules_read: '查看规则',
  rules_publish: '发布规则',
  staff_read: '查看员工',
  staff_write: '管理员工',
  session_end: '结束他人登录',
  login_write: '管理登录安全',
  apikey_read: '查看接口密钥',
  apikey_write: '管理接口密钥',
  message_read: '查看短信',
  customer_read: '查看客户',
  customer_reveal: '查看完整号码',
  customer_write: '建档',
  customer_review: '审核档案',
  booking_read: '查看预定',
  booking_write: '办理预定',
  audit_read: '查看审计日志',
  audit_export: '导出审计日志',
  run_read: '查看任务',
  run_retry: '重试任务',
  decision_read: '查看系统决定',
  today_read: '查看今日',
  board_read: '查看总部看板',
}

export const fault = {
  requestId: '请求编号',
  wait: '请等 {{minutes}} 分钟再试。',
  input: { message: '有内容没填对', advice: '请按提示修改后再试。' },
  forbidden: { message: '没有这个权限', advice: '权限随岗位而来，请找企业管理员或本店客服经理。' },
  missing: { message: '找不到', advice: '可能已被删除，或不在您负责的门店。' },
  changed: { message: '情况已经变了', advice: '请刷新看看最新的状态，再决定。' },
  network: { message: '连不上服务器', advice: '请检查网络；已填的内容还在，连上后再试一次。' },
  busy: { message: '请求太多', advice: '请稍等片刻再试。' },
  session: { message: '登录没有成功', advice: '请核对企业代码、工号和密码。' },
  internal: { message: '服务器出错了', advice: '请再试一次；仍不行时，把请求编号告诉管理员。' },
  // Chinese needs none: the server's own words are Chinese.
  reasons: {} as Record<string, string>,
}
