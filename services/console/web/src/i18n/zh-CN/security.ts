export const stepUp = {
  title: '确认是您本人',
  text: '这一步比较敏感。确认后，刚才的操作会自动继续；十分钟内不再询问。',
  go: '确认并继续',
}
