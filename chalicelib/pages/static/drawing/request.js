// A request whose answer is JSON, for pages whose browser may have no fetch. ES5.

/** @param {string} text @returns {any} null if it is no JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}

/**
 * @param {{ method: string, url: string, headers: { [name: string]: string }, timeout: number }} to
 * @param {XMLHttpRequestBodyInit | null} body
 * @param {(status: number, answer: any) => void} done status 0: there was no answer
 * @param {(event: ProgressEvent) => void} [moved] told how much of the body has gone
 */
function request(to, body, done, moved) {
  var xhr = new XMLHttpRequest();
  xhr.open(to.method, to.url);
  xhr.timeout = to.timeout;
  for (var name in to.headers) xhr.setRequestHeader(name, to.headers[name]);
  if (moved && xhr.upload) xhr.upload.onprogress = moved;
  xhr.onloadend = function () {
    done(xhr.status, parsed(xhr.responseText));
  };
  xhr.send(body);
}
