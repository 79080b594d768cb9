namespace MuSc.Web.Problems;

/// <summary>Shows a problem to a person.</summary>
internal interface IProblemPage
{
    /// <summary>The problem as a page, where a person's browser asked for one; null where a program asked.</summary>
    IResult? Of(HttpContext context, int status, string detail);
}
