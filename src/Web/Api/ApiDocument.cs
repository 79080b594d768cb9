using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MuSc.Web.Api;

/// <summary>The description of the API (OpenAPI 3.1), made from the code.</summary>
internal static class ApiDocument
{
    public static void Configure(OpenApiOptions document)
    {
        document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        document.AddDocumentTransformer((made, _, _) =>
        {
            made.Info = new() { Title = "MuSc.Distributed", Version = "v1", Description = "Scores sets of images of one product: which are bad, and where." };
            // Where it is served is no part of it.
            made.Servers = [];
            made.Components ??= new();
            made.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of 'musc key new', or a token of the server's OpenID provider." },
            };
            made.Security = [new() { [new OpenApiSecuritySchemeReference("key", made)] = [] }];
            return Task.CompletedTask;
        });
    }
}
