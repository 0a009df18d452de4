/** Words of merging two files of one guest (CUS-10). */
export const merge = {
  title: '同一客人的档案', begin: '合并档案', none: '没有并入过别的档案。同一位客人在本店有两份档案时，在这里合并。', erased: '资料已删除', undone: '已撤销', by: '{{name}} 合并于 {{time}}', undoneBy: '{{name}} 撤销于 {{time}}',
  into: '这份档案已并入同一位客人的另一份档案。', open: '打开保留的档案', found: '已并入另一份档案',
  dialog: '合并 {{name}} 的档案', find: '另一份档案', findHow: '找出同一位客人在本店的另一份档案。两份都要审核通过。', notFound: '本店没有找到另一份档案，换个姓名或号码后几位试试。', line: '{{owner}} · {{date}} 通过 · 消费 {{count}} 次', unapproved: '还没有通过审核',
  stays: '保留哪一份', remains: '保留这一份', goesIn: '并入', owner: '合并后由谁维系', nobody: '没有推荐人（公共客户）', reason: '怎样确认是同一位客人', reasonHint: '如：客人本人到店确认，两个号码都是他的', needReason: '请写明怎样确认的，至少两个字。', send: '合并', back: '重新选择',
  after: '合并以后', ownerAfter: '由 {{name}} 维系', publicAfter: '是公共客户，没有推荐人', loses: '，{{name}} 的维系今天结束，系统会通知他', visitsAfter: '消费 {{a}} 次和 {{b}} 次，合并后共 {{count}} 次', sameMeal: '（同一餐段用两个号码来的算一次）', more: '（从 {{date}} 起的消费都计入）',
  numbersAfter: '两个号码和联系人都在保留的档案上；栏目内容以保留的档案为准', closed: '已结的月份、谁接待的业绩都不改；可以撤销',
  undo: '撤销合并', undoTitle: '撤销合并：{{name}}', undoHow: '两份档案恢复为合并之前：', undoNumbers: '号码、联系人和各自的消费回到原来的档案，合并后新来的消费跟着号码走', undoOwners: '各自的推荐人从原来的日期恢复，系统会通知他们', undoClosed: '这期间已结的月份不改', undoYes: '撤销合并',
}
