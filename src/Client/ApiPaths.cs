namespace MuSc.Client;

/// <summary>Addresses below a server's.</summary>
internal static class ApiPaths
{
    /// <summary>A request.</summary>
    public static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? body = null) =>
        new(method, new Uri(path, UriKind.Relative)) { Content = body };

    /// <summary>A job.</summary>
    /// <exception cref="JobException">No job can have that identifier.</exception>
    public static string Job(string id) => PathRules.IsIdentifier(id) ? $"v1/jobs/{id}" : throw new JobException(JobErrorKind.NotFound, $"There is no job {id}.");

    /// <summary>A set of images.</summary>
    /// <exception cref="JobException">No set can have that identifier.</exception>
    public static string Set(string id) => PathRules.IsIdentifier(id) ? $"v1/sets/{id}" : throw new JobException(JobErrorKind.NotFound, $"There is no set {id}.");

    /// <summary>The name of an image or a file, in an address.</summary>
    /// <exception cref="JobException">Nothing can have that name.</exception>
    public static string Name(string name) => PathRules.IsImageName(name)
        ? PathRules.InAddress(name)
        : throw new JobException(JobErrorKind.Usage, $"'{name}' is no name of an image or a file: give a relative path without '..' and control characters.");
}
