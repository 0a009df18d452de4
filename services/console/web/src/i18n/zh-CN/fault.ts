export const fault = {
  requestId: '请求编号',
  wait: '请等 {{minutes}} 分钟再试。',
  input: { message: '有内容没填对', advice: '请按提示修改后再试。' },
  missing: { message: '找不到', advice: '可能已被删除，或不在您负责的门店。' },
  // Each refusal says itself what helps.
  session: { message: '登录没有成功，请重新登录。' },
  forbidden: { message: '没有这个权限，请找企业管理员或本店客服经理。' },
  changed: { message: '情况已经变了，请刷新看看最新的状态，再决定。' },
  network: { message: '连不上服务器', advice: '请检查网络；已填的内容还在，连上后再试一次。' },
  busy: { message: '请求太多', advice: '已填的内容还在，请稍等片刻再试。' },
  internal: { message: '服务器出错了', advice: '请再试一次；仍不行时，把请求编号告诉管理员。' },
  // Chinese needs none: the server's own words are Chinese.
  reasons: {} as Record<string, string>,
}
