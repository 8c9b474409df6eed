// Times of the plan: seconds after the day's midnight in China, wherever the phone believes to be.

const DAY_S = 86400;

export function secondsOfDay(moment, date) {
  return Math.floor((moment - Date.parse(`${date}T00:00:00+08:00`)) / 1000);
}

export function clock(seconds) {
  const days = Math.floor(seconds / DAY_S);
  const rest = seconds - days * DAY_S;
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  const text = `${two(rest / 3600)}:${two((rest % 3600) / 60)}`;
  return days === 0 ? text : `${days > 0 ? "+" : ""}${days} ${text}`;
}
