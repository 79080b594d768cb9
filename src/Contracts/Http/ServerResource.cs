namespace MuSc.Contracts.Http;

/// <summary>A backbone that is installed.</summary>
/// <param name="Name">For <see cref="JobRequest.Backbone"/>.</param>
/// <param name="Size">Its own side of images in pixels.</param>
/// <param name="Patch">Side of a patch in pixels; sizes are multiples of it.</param>
/// <param name="Stages">How many stages it gives.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Licence">The licence of its weights.</param>
public sealed record BackboneResource(string Name, int Size, int Patch, int Stages, long Bytes, string Licence);

/// <summary>Whose key a request carries.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="Rights">What it may do.</param>
public sealed record MeResource(string Name, IReadOnlyList<string> Rights);
