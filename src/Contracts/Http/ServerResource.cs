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

/// <summary>What a job would cost.</summary>
/// <param name="Images">Images to score.</param>
/// <param name="Size">Side of images and maps in pixels.</param>
/// <param name="Pairs">Pairs of images over all maps.</param>
/// <param name="MemoryBytes">Memory for scoring.</param>
/// <param name="ScratchBytes">Disk for features while the job runs.</param>
/// <param name="MapBytes">Disk for the anomaly maps as TIFF.</param>
/// <param name="ExtractionSeconds">Time of the backbone's work on this machine.</param>
/// <param name="ScoringSeconds">Time of scoring on this machine, at most.</param>
public sealed record PlanResource(
    int Images, int Size, long Pairs, long MemoryBytes, long ScratchBytes, long MapBytes, double ExtractionSeconds, double ScoringSeconds);
