/** Words of public guests offered to somebody (LIF-07, LIF-08, LIF-14). */
export const offers = {
  lead: '月底按接待次数认养给您的公共客户：确认后核对档案并提交，审核通过后归您维系。',
  none: '没有等您接收的客户', noneText: '公共客户当月由您接待最多、至少两次，下月 1 日会出现在这里，7 天内确认有效。',
  kinds: { adoption: '认养', claim: '认领', assignment: '指派' },
  until: '最晚 {{date}} 确认并提交', confirm: '确认，核对档案', confirmHow: '确认后您可以看到并修改这份档案；审核通过前仍是公共客户。', edit: '去核对并提交', confirmed: '核对中', waits: '已提交，等审核',
  decline: '不接收', declineTitle: '不接收这位客户？', declineHow: '他仍是公共客户，其他人可以接待、认领。', declineYes: '不接收', declined: '已谢绝', list: '等您接收的客户',
}
