namespace MuSc.Contracts;

/// <summary>One image of a job.</summary>
/// <param name="Name">Its name in the results: the path below the folder that was given, with forward slashes.</param>
/// <param name="Path">Where the file lies.</param>
public sealed record ImageFile(string Name, string Path);
