// The wall is dark before anything else of the page is there: it must not flash white in a dark room. The content policy allows
// no script within the page, so this is a file of its own.
if (location.hash.startsWith('#/wall')) document.documentElement.classList.add('wall-dark');
