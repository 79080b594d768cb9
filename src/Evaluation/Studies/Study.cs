namespace MuSc.Evaluation.Studies;

/// <summary>One ablation: a table whose rows differ in one setting.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Title">What the table shows.</param>
/// <param name="Settings">Its rows.</param>
public sealed record Study(string Key, string Title, IReadOnlyList<StudySetting> Settings);
