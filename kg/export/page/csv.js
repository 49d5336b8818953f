// Rows as CSV that a spreadsheet opens as UTF-8, and in which no cell is run as a formula.

const cell = (value) => {
  const text = String(value);
  return `"${(/^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
};

export const csv = (rows) => `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
