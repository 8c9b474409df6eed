"use strict";

SwaggerUIBundle({
  url: document.getElementById("swagger-ui").dataset.openapi,
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  // Its default is to send the document to a validator on the internet.
  validatorUrl: null,
});
